"""What comes out of the printer: each form counts its own pages, alone and in a selection."""

import io
import re
import unicodedata

from pypdf import PdfReader

from tests.e2e import school

DESK = {"viewport": {"width": 1280, "height": 800}, "is_mobile": False, "has_touch": False}
LAST_DAYS = "/school/today?from=2020-01-01&to=2099-12-31"


def printed(page):
    """Print the open page; gives for each sheet whether a form begins on it, and what it says of its number."""
    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    texts = [_usual(each.extract_text()) for each in sheets]
    numbers = [re.sub(r"\s", "", re.search("第 *[0-9]+ *页.*", each)[0]) for each in texts]
    return [("学生姓名" in text, number) for text, number in zip(texts, numbers, strict=True)]


def _usual(text):
    """Write characters as usual that a font names by a radical which looks the same."""
    return unicodedata.normalize("NFKC", text).replace("⻚", "页")


def test_each_form_counts_its_own_pages(server, phone):
    desk = phone("desk1", url=f"http://127.0.0.1:{server.port}", **DESK)
    school.sign_in(desk, "desk1")
    page = desk.go(LAST_DAYS)
    links = page.locator("input[name=visit]")
    ids = [links.nth(place).get_attribute("value") for place in range(4)]
    alone = []
    for each in ids:
        desk.go(f"/school/visits/{each}/paper")
        sheets = printed(page)
        assert sheets == [(place == 0, f"第{place + 1}页,共{len(sheets)}页") for place in range(len(sheets))]
        alone += sheets
    desk.go("/school/papers?" + "&".join(f"visit={each}" for each in ids))
    assert printed(page) == [(begins, number.split(",")[0]) for begins, number in alone]
    assert len(alone) > len(ids)
