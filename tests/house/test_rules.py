"""House rules that no linter knows: read from the files themselves."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def lines_with(pattern: str, *paths: str) -> list[str]:
    """Find lines, as "file:number: text"."""
    sought = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in tracked(*paths)
        if path.suffix not in (".png", ".ico")  # their bytes may spell anything
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if sought.search(line)
    ]


def test_only_db_commits():
    assert not [line for line in lines_with(r"\.commit\(\)", "server/*.py") if not line.startswith("server/db.py:")]


def test_nothing_is_left_for_later():
    assert not lines_with(
        r"\b(TODO|FIXME|XXX|HACK)\b", "server/*", "pwa/src/*", "service_worker/*", "tools/*", "docs/*", "README*"
    )


def test_no_lock_file_names_where_it_was_downloaded():
    assert not lines_with(r'"resolved"|--(extra-)?index-url|--find-links', "package-lock.json", "requirements*.txt")


@pytest.mark.parametrize("pattern", ["server/*.py", "pwa/src/*.vue", "pwa/src/*.ts", "service_worker/*.ts"])
def test_no_file_is_a_room_too_many_things_live_in(pattern):
    ours = [path for path in tracked(pattern) if "migrations" not in path.parts and ".gen." not in path.name]
    sizes = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in ours}
    assert not {name: size for name, size in sizes.items() if size > 300}


def test_the_engine_never_names_the_page():
    assert not lines_with(r"""from ["'].*(#pwa|\.\./pwa)""", "service_worker/*.ts")


def test_features_of_the_app_do_not_import_each_other():
    shared = {"components", "auto-imports.gen.d.ts"}
    wrong = []
    for path in tracked("pwa/src/*.ts", "pwa/src/*.vue"):
        parts = path.relative_to(ROOT / "pwa/src").parts
        if len(parts) < 2 or parts[0] in shared:
            continue
        for target in re.findall(
            r"""from ["']#pwa/([\w-]+)/|from ["']\.\./([\w-]+)/""", path.read_text(encoding="utf-8")
        ):
            feature = next(filter(None, target))
            if feature not in shared and feature != parts[0] and len(parts) == 2:
                wrong.append(f"{path.relative_to(ROOT)} -> {feature}")
    assert not wrong


def test_only_the_store_opens_a_database():
    openers = lines_with(r"\b(openDB|indexedDB\.open)\(", "service_worker/*.ts", "pwa/src/*")
    assert not [line for line in openers if not line.startswith("service_worker/store/")]
