"""One round's first half: custody, one id one effect, and what an edit does to its record."""

import json

from tests.server.sync.phone import edit, id_of, new_visit, resolve


def test_a_new_visit_is_applied_and_reaches_the_class(phone, other, world):
    made = new_visit(world, strengths="爱帮妈妈做饭", visitors=[phone.staff])
    (outcome,) = phone.push(made)
    assert outcome == {
        "id": made["id"],
        "status": "applied",
        "custody": True,
        "rev": 1,
        "conflicts": [],
        "replayed": False,
    }
    row = other.row("visit", id_of(made))
    assert row["strengths"] == "爱帮妈妈做饭"
    assert row["class_id"] == world.classes["1/0"]
    assert row["author_id"] == phone.staff
    assert row["visitors"] == [phone.staff]
    assert "visit_result" in row["incomplete"]


def test_an_edit_sent_again_is_answered_again_and_changes_nothing(phone, world):
    made = new_visit(world)
    (first,) = phone.push(made)
    (again,) = phone.push(made)
    assert again == {**first, "replayed": True}


def test_two_teachers_who_change_different_fields_keep_both(phone, other, world):
    made = new_visit(world)
    phone.push(made)
    phone.push(edit(made["record"], {"at_home": (None, "在家看书")}))
    (outcome,) = other.push(edit(made["record"], {"at_school": (None, "上课专心")}))
    assert (outcome["status"], outcome["rev"]) == ("applied", 3)
    row = phone.row("visit", id_of(made))
    assert (row["at_home"], row["at_school"]) == ("在家看书", "上课专心")


def test_two_teachers_who_change_one_field_leave_a_conflict_to_a_person(phone, other, world):
    made = new_visit(world)
    phone.push(made, edit(made["record"], {"at_home": (None, "一")}))
    (outcome,) = other.push(edit(made["record"], {"at_home": (None, "二")}))
    assert (outcome["status"], outcome["custody"]) == ("conflict", True)
    rows = phone.rows()
    assert rows["visit", id_of(made)]["at_home"] == "一"
    conflict = rows["conflict", outcome["conflicts"][0]]
    assert conflict["record"] == made["record"]
    assert conflict["head"] == {"value": "一", "rev": 2, "by": phone.staff}
    assert (conflict["alternative"]["value"], conflict["owner"]) == ("二", other.staff)


def test_sets_merge_element_by_element_and_photo_fields_by_their_paths(phone, other, world):
    sha = "a" * 64
    made = new_visit(world, photos=[sha], purpose=["praise"])
    phone.push(made)
    phone.push(
        edit(made["record"], {f"photos/{sha}/caption": (None, "书桌一角")}, members={"purpose": {"add": ["study"]}})
    )
    other.push(edit(made["record"], members={"purpose": {"add": ["habits"], "remove": ["praise"]}}))
    answer = phone.round(pull={"limit": 500, "scopes": {}})
    assert answer["missing_photos"] == [sha]
    row = phone.row("visit", id_of(made))
    assert row["purpose"] == ["study", "habits"]
    assert row["photos"] == row["missing_photos"] == [sha]
    assert row[f"photos/{sha}/caption"] == "书桌一角"


def test_private_parts_reach_the_care_circle_only(phone, other, world):
    made = new_visit(world)
    private = edit(f"visit_private:{id_of(made)}", {"child_voice": (None, "想当医生")}, after=made["id"])
    assert [each["status"] for each in phone.push(made, private)] == ["applied", "applied"]
    assert phone.row("visit_private", id_of(made))["child_voice"] == "想当医生"
    assert ("visit_private", id_of(made)) not in other.rows()
    (refused,) = other.push(edit(private["record"], {"child_voice": ("想当医生", "x")}))
    assert (refused["status"], refused["reason"]) == ("quarantined", "not_yours")


def test_a_visitor_gets_the_visit_and_its_private_part_and_loses_them_when_taken_out(phone, stranger, world):
    made = new_visit(world, visitors=[phone.staff, stranger.staff])
    private = edit(f"visit_private:{id_of(made)}", {"child_voice": (None, "一")}, after=made["id"])
    phone.push(made, private)
    assert {kind for kind, id_ in stranger.rows() if id_ == id_of(made)} == {"visit", "visit_private"}
    (mine,) = stranger.push(edit(made["record"], {"issues": (None, "写作业慢")}))
    assert mine["status"] == "applied"
    phone.push(edit(made["record"], members={"visitors": {"remove": [stranger.staff]}}))
    assert not [id_ for _, id_ in stranger.rows() if id_ == id_of(made)]


def test_reflections_and_opinions_are_their_creators_own(phone, other, world):
    made, reflection = new_visit(world, visitors=[phone.staff, other.staff]), f"reflection:{new_visit(world)['id']}"
    begun = edit(reflection, {"visit_id": (None, id_of(made)), "reflection": (None, "心得")}, after=made["id"])
    opinion = edit(f"opinion:{made['id']}", {"visit_id": (None, id_of(made)), "text": (None, "饭凉")}, after=made["id"])
    phone.push(made, begun, opinion)
    assert phone.row(*reflection.split(":"))["visit_id"] == phone.row("opinion", made["id"])["visit_id"] == id_of(made)
    assert not [kind for kind, _ in other.rows() if kind in ("reflection", "opinion")]
    assert other.push(edit(reflection, {"reflection": ("心得", "x")}))[0]["reason"] == "not_yours"


def test_a_foreign_class_is_kept_for_the_office_with_one_reason_for_all(phone, stranger, client, world):
    mine = new_visit(world)
    phone.push(mine)
    foreign = new_visit(world, "2/0/0")
    elsewhere = edit(mine["record"], {"at_home": (None, "一")})
    nowhere = edit(f"visit:{foreign['id']}", {"at_home": (None, "一")})
    not_there = new_visit(world, student_id=foreign["id"])
    said = stranger.push(foreign, elsewhere, nowhere, not_there)
    assert {(each["status"], each["reason"], each["rev"], each["custody"]) for each in said} == {
        ("quarantined", "not_yours", None, True)
    }
    assert all(each["case"] and each["message"] for each in said)
    rows = stranger.rows()
    assert rows["edit", foreign["id"]]["case"] == said[0]["case"]


def test_what_has_no_meaning_is_quarantined_and_its_neighbours_go_on(phone, world):
    good = new_visit(world)
    wrong = [
        edit(good["record"], {"strengths": (None, 7)}),
        edit(good["record"], {"photos": (None, ["a" * 64])}),
        edit(good["record"], members={"photos": {"add": ["no hash"]}}),
        edit(good["record"], {"promises": (None, "text")}),
        edit(good["record"], members={"visitors": {"add": [world.staff["t201"]]}}),
        edit(good["record"], members={"also_for": {"add": [world.students["2/0/0"]]}}),
        edit(good["record"], members={"confirmed_by": {"add": [world.staff["t102"]]}}),
        edit("visit:no-id", {"strengths": (None, "一")}),
        {**edit(good["record"]), "changes": 7},
        {"id": good["id"][:-1] + ("0" if good["id"][-1] != "0" else "1")},
    ]
    said = phone.push(good, *wrong, edit(good["record"], {"strengths": (None, "爱笑")}))
    assert [each["status"] for each in said] == ["applied", *["quarantined"] * len(wrong), "applied"]
    assert all(each["custody"] for each in said)


def test_what_a_newer_app_writes_is_held(phone, world):
    good = new_visit(world)
    newer = [
        edit(good["record"], {"mood": (None, "好")}),
        edit(good["record"], op="teleport"),
        edit(good["record"], v=2),
        edit("followup:" + id_of(good), {"x": (None, 1)}),
        {**edit(good["record"]), "extra": 1},
    ]
    said = phone.push(good, *newer)
    assert [(each["status"], each.get("reason")) for each in said[1:]] == [("held", "newer_server")] * len(newer)


def test_unknown_codes_and_long_texts_are_stored_as_they_are(phone, world):
    made = new_visit(world, visit_form="by_drone", strengths="好" * 900)
    assert phone.push(made)[0]["status"] == "applied"
    assert phone.row("visit", id_of(made))["visit_form"] == "by_drone"


def test_a_second_value_of_a_write_once_field_can_only_be_settled_as_head(phone, world):
    made = new_visit(world)
    phone.push(made)
    (said,) = phone.push(edit(made["record"], {"student_id": (world.students["1/0/0"], world.students["1/0/5"])}))
    assert said["status"] == "conflict"
    conflict = said["conflicts"][0]
    assert phone.push(resolve(conflict, 9, "alternative"))[0]["reason"] == "invalid"
    assert phone.push(resolve(conflict, 9, "head"))[0]["status"] == "applied"
    assert phone.row("visit", id_of(made))["student_id"] == world.students["1/0/0"]


def test_an_id_used_again_is_kept_apart_and_discloses_nothing(phone, other, world):
    made = new_visit(world, strengths="爱笑")
    (first,) = phone.push(made)
    again = {**new_visit(world), "id": made["id"]}
    (mine,) = phone.push(again)
    (theirs,) = other.push(made)
    for said in (mine, theirs):
        assert (said["status"], said["reason"], said["rev"]) == ("quarantined", "id_reused", None)
    assert phone.push(made)[0] == {**first, "replayed": True}
    assert ("visit", id_of(again)) not in phone.rows()
    assert ("edit", made["id"]) not in phone.rows()
    two = new_visit(world)
    said = phone.push(two, {**two, "made_at": "x"}, two)
    assert [(each["status"], each["replayed"]) for each in said] == [
        ("applied", False),
        ("quarantined", False),
        ("applied", True),
    ]


def test_half_a_character_stops_nothing_and_is_read_as_its_replacement(phone, world):
    whole, halves = (
        new_visit(world, at_home="🙂"),
        new_visit(world, "1/0/2", at_home="前\ud83d后\ude42", issues="\\ud83d 🙂"),
    )
    later = edit(halves["record"], {"at_home": ("前\ud83d后\ude42", "好了\ud83d")}, after=halves["id"])
    body = json.dumps({"edits": [whole, halves, later]}).encode()
    for _ in range(2):  # sent again it is the same edit
        response = phone.post(body)
        assert response.status_code == 200
        assert [each["status"] for each in response.json["outcomes"]] == ["applied"] * 3
    assert phone.row("visit", id_of(whole))["at_home"] == "🙂"
    row = phone.row("visit", id_of(halves))
    assert (row["at_home"], row["issues"]) == ("好了\ufffd", "\\ud83d 🙂")


def test_what_is_no_json_is_still_none(phone):
    assert phone.post(b'{"edits": ["\\ud83d", }').status_code == 400
