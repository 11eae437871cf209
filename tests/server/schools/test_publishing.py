"""The campaign's texts: on every phone of every school, and again only when their words change."""

from dataclasses import replace

from server.campaign.notice import notice
from server.db import transaction
from server.schools import publishing
from tests.server.schools.test_service import pulled


def publish():
    with transaction() as session:
        return publishing.publish(session)


def test_every_school_gets_the_campaign_and_its_cards_once(app, world):
    texts = 1 + len(notice().cards)
    assert publish() == 2 * texts
    assert publish() == 0
    for login in ("t101", "desk2"):
        seen = pulled(world, login)
        (campaign,) = seen["school", "campaign"]
        assert campaign["codes"]["visit_form"][0] == {"code": "home", "label": "登门访问", "short": "登门"}
        assert campaign["fields"]["strengths"] == "闪光点"
        cards = sorted(seen["school", "card"], key=lambda card: card["order"])
        assert [card["title"] for card in cards][:3] == ["访前", "访中", "访后"]
        assert all("{" not in card["text"] for card in cards)
        assert "测试教育中心" in next(card["text"] for card in cards if card["key"] == "report")


def test_a_changed_card_comes_again_and_a_withdrawn_one_leaves(app, world, monkeypatch):
    publish()
    first, second, *rest = notice().cards
    less = replace(notice(), cards=(replace(first, text="换了说法。"), *rest))
    monkeypatch.setattr(publishing, "notice", lambda: less)
    assert publish() == 2 * 2
    cards = {card["key"]: card["text"] for card in pulled(world, "t101")["school", "card"]}
    assert cards[first.key] == "换了说法。"
    assert second.key not in cards
    monkeypatch.undo()
    assert publish() == 2 * 2
    assert second.key in {card["key"] for card in pulled(world, "t101")["school", "card"]}
