"""The guides show pictures that are there, and name only what stands on a screen; the page about the store leaves no table out."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guide"
GUIDES = sorted(GUIDE.glob("*.md"))
PICTURE = re.compile(r"!\[[^\]]+\]\(([^)]+)\)")
QUOTED = re.compile(r"“([^”…]{2,})”")
PICTURE_MAX_BYTES = 120_000
SOURCES = (("pwa/src", ("*.vue", "*.ts")), ("server", ("*.html", "*.py", "*.toml")))


@cache
def screens() -> str:
    """Put together everything that the app and the school's pages say, without the spaces that a template may break at."""
    files = (path for place, kinds in SOURCES for kind in kinds for path in sorted((ROOT / place).rglob(kind)))
    return re.sub(r"\s+", "", "".join(path.read_text(encoding="utf-8") for path in files))


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_picture_of_a_guide_is_there_and_small(guide):
    shown = PICTURE.findall(guide.read_text(encoding="utf-8"))
    assert shown
    assert [name for name in shown if not (GUIDE / name).is_file()] == []
    assert [name for name in shown if (GUIDE / name).stat().st_size > PICTURE_MAX_BYTES] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_what_a_guide_puts_in_quotation_marks_stands_on_a_screen(guide):
    named = QUOTED.findall(guide.read_text(encoding="utf-8"))
    assert named
    assert [words for words in named if re.sub(r"\s+", "", words) not in screens()] == []


def test_every_table_is_named_in_the_page_about_the_store():
    told = (ROOT / "docs" / "database.md").read_text(encoding="utf-8")
    first = (ROOT / "server" / "migrations" / "versions" / "0001_first_tables.py").read_text(encoding="utf-8")
    tables = re.findall(r"create_table\('(\w+)'", first)
    assert tables
    assert [each for each in tables if not re.search(rf"\b{each}\b", told)] == []
