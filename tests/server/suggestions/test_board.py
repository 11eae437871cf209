"""The list of what was told the school: narrowed by its address, in pages that miss nothing."""

import pytest

from tests.server.oversight.conftest import Desk
from tests.server.suggestions.told import tell


@pytest.fixture
def office(app, world):
    return Desk(app, "desk1")


def test_the_board_is_narrowed_by_its_address(office, world):
    tell(world, "食堂凉", topic="safety")
    tell(world, "作业多", topic="teaching", kind="problem")
    for query, there, not_there in (
        ("topic=safety", "食堂凉", "作业多"),
        ("kind=problem", "作业多", "食堂凉"),
        ("status=new&age=7", "作业多", "没有合这些条件的"),
        ("status=closed", "没有合这些条件的", "作业多"),
        ("topic='; DROP TABLE&status=%00", "", ""),
    ):
        answer = office.get(f"/school/suggestions/?{query}")
        if "%00" in query:
            assert answer.status_code == 400
            continue
        assert there in answer.text
        assert not_there not in answer.text


def test_the_list_comes_in_pages_that_miss_nothing(office, world, monkeypatch):
    from server.suggestions import board

    monkeypatch.setattr(board, "PAGE_ROWS", 2)
    for each in range(5):
        tell(world, f"第{each}条")
    found, after = "", ""
    for _ in range(5):
        page = office.read(f"/school/suggestions/{after}")
        found += page
        if "后面的" not in page:
            break
        after = "?after=" + page.split("after=")[1].split('"')[0]
    assert all(found.count(f"第{each}条") == 1 for each in range(5))
