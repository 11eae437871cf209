"""Draw the app's PNG icons from `pwa/public/icons/icon.svg`: `python -m tools.app_icons`. The pictures are committed."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tools.chromium import find

ICONS = Path(__file__).parent.parent / "pwa" / "public" / "icons"
SIZES_PX = (180, 192, 512)


def main() -> int:
    """Take one screenshot a size."""
    svg = (ICONS / "icon.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        for size in SIZES_PX:
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(f"<style>body{{margin:0}}svg{{display:block;width:{size}px}}</style>{svg}")
            page.screenshot(path=ICONS / f"icon-{size}.png")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
