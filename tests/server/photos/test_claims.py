"""Knowing a hash gives nobody a picture; a record shows one only where its adder may have it."""

from sqlalchemy import select, update

from server.accounts import service as accounts
from server.accounts.models import AccessLog, SignInSession
from server.db import reading, transaction
from server.jobs import chores
from server.photos import service, sweep
from server.photos.models import PhotoUse
from server.photos.uses import Naming, adopt_photos, missing_of, name_photos, unshown
from server.records.edits import Ref
from server.records.models import Feed
from server.times import shanghai_day, utc_now
from server.visits.reading import PersonReads
from server.visits.withheld import letting_photos_be_seen
from tests.server.photos.pictures import picture, sha256

DATA = picture(seed=1)
HASH = sha256(DATA)


def seqs() -> list[int]:
    with reading() as session:
        return list(session.scalars(select(Feed.seq).where(Feed.kind == "visit").order_by(Feed.seq)))


def waiting(visit: str) -> list[str]:
    with reading() as session:
        return unshown(session, "visit", [visit]).get(visit, [])


def missing(world, login: str) -> list[str]:
    with reading() as session:
        return missing_of(session, world.staff[login], letting_photos_be_seen)


def test_a_colleague_of_the_class_sees_the_photo_of_a_visit_and_another_class_does_not(phone, visit_with):
    visit_with("t101", HASH)
    phone("t101").put(DATA)
    assert phone("t102").get(HASH).status_code == 200
    assert phone("head1").get(HASH).status_code == 200
    for other in ("t103", "ethics1", "t201", "desk2", "centre"):
        assert phone(other).get(HASH).status_code == 404
        assert phone(other).head(HASH).status_code == 404


def test_who_may_read_a_photo_still_sends_what_an_own_record_waits_for(phone, world, visit_with):
    """Told "stored", a phone whose record came to name it before its person could read it would never send it."""
    visit_with("t101", HASH)
    own = visit_with("t103", HASH, place="1/1")
    phone("t101").put(DATA)
    with transaction() as session:
        duty = accounts.NewDuty("subject", shanghai_day(utc_now()), class_id=world.classes["1/0"])
        accounts.give_duty(session, world.staff["t103"], duty)
    assert phone("t103").get(HASH).status_code == 200
    assert phone("t103").head(HASH).status_code == 404
    assert phone("t103").put(DATA).status_code == 201
    assert waiting(own) == []
    assert phone("t103").head(HASH).status_code == 200


def test_bytes_that_no_record_names_are_for_their_sender_only(phone):
    phone("t101").put(DATA)
    assert phone("t101").get(HASH).status_code == 200
    assert phone("t102").get(HASH).status_code == 404


def test_naming_a_hash_one_has_not_sent_shows_nothing(phone, world, visit_with):
    phone("t101").put(DATA)
    theft = visit_with("t103", HASH, place="1/1")
    assert waiting(theft) == [HASH]
    assert missing(world, "t103") == [HASH]
    assert phone("t103").get(HASH).status_code == 404
    assert phone("t103").head(HASH).status_code == 404


def test_missing_photos_shrink_as_they_arrive_and_the_rows_are_renewed(phone, world, visit_with):
    other = picture(seed=2)
    visit = visit_with("t101", HASH, sha256(other))
    before = seqs()
    assert missing(world, "t101") == sorted([HASH, sha256(other)])
    phone("t101").put(DATA)
    assert missing(world, "t101") == waiting(visit) == [sha256(other)]
    assert seqs()[-1] > before[-1]
    phone("t101").put(other)
    assert missing(world, "t101") == waiting(visit) == []
    after = seqs()
    phone("t101").put(other)
    assert seqs() == after  # sent again, nothing is renewed


def test_a_photo_that_came_before_its_record_is_shown_at_once(phone, visit_with):
    phone("t101").put(DATA)
    assert waiting(visit_with("t101", HASH)) == []
    assert phone("t102").get(HASH).status_code == 200


def test_copying_to_the_right_student_shows_what_its_adder_may_read(phone, visit_with):
    wrong = visit_with("t101", HASH)
    copy = visit_with("t102", HASH, place="1/1")
    assert waiting(copy) == [HASH]
    phone("t101").put(DATA)
    assert waiting(wrong) == waiting(copy) == []
    assert waiting(visit_with("t102", HASH, place="1/1")) == []
    assert phone("t103").get(HASH).status_code == 200  # through the copy in her class


def test_two_who_add_the_same_photo_do_not_hide_each_other(phone, world, visit_with):
    visit = visit_with("t101", HASH)
    with transaction() as session:
        name_photos(session, [Naming("visit", visit, world.staff["t102"], (HASH,))], PersonReads(session))
    assert missing(world, "t101") == missing(world, "t102") == [HASH]
    phone("t102").put(DATA)
    assert missing(world, "t101") == missing(world, "t102") == waiting(visit) == []


def test_a_photo_taken_out_is_shown_no_more_and_comes_back_as_it_was(phone, world, visit_with):
    visit = visit_with("t101", HASH)
    phone("t101").put(DATA)
    naming = Naming("visit", visit, world.staff["t102"], remove=(HASH,))
    with transaction() as session:
        name_photos(session, [naming], PersonReads(session))
    assert phone("t102").get(HASH).status_code == 404
    with transaction() as session:
        name_photos(session, [Naming("visit", visit, world.staff["t102"], (HASH,))], PersonReads(session))
    assert waiting(visit) == missing(world, "t102") == []
    assert phone("head1").get(HASH).status_code == 200


def test_a_merged_visit_hands_its_photos_on_with_who_added_them(phone, world, visit_with):
    loser, winner = visit_with("t102", HASH), visit_with("t101")
    with transaction() as session:
        adopt_photos(session, [(Ref("visit", loser), Ref("visit", winner))])
    assert waiting(winner) == missing(world, "t102") == [HASH]
    phone("t102").put(DATA)
    assert waiting(winner) == waiting(loser) == []


def test_a_signed_out_phone_deposits_and_reads_nothing(phone, world, visit_with):
    other = picture(seed=2)
    visit_with("t101", HASH)
    phone("t101").put(DATA)
    with transaction() as session:
        session.delete(
            session.scalars(select(SignInSession).where(SignInSession.staff_id == world.staff["t102"])).one()
        )
    sender = phone("t102")
    assert sender.head(HASH).status_code == 404  # another's bytes
    assert sender.put(other).status_code == 201
    assert sender.head(sha256(other)).status_code == 200
    assert sender.get(sha256(other)).status_code == 401


def test_a_look_at_the_whole_picture_is_logged_and_the_small_one_is_not(phone, world):
    phone("t101").put(DATA)
    phone("t101").get(HASH, "thumb")
    phone("t101").get(HASH)
    with reading() as session:
        lines = session.execute(select(AccessLog.staff_id, AccessLog.subject).where(AccessLog.action == "photo")).all()
    assert lines == [(world.staff["t101"], f"photo:{HASH}")]


def test_erasure_forgets_bytes_that_no_other_record_names(app, phone, visit_with):
    other, desk = picture(seed=2), app.extensions["jiafang.photos"]
    gone, stays = visit_with("t101", HASH, sha256(other)), visit_with("t101", sha256(other))
    phone("t101").put(DATA)
    phone("t101").put(other)
    phone("t101").get(HASH, "thumb")
    phone("t102").patch(DATA, 0, 100)
    with transaction() as session:
        hashes = service.forget(session, "visit", [gone], lambda *_: False)
    assert hashes == [HASH]
    sweep.discard(desk, hashes)
    assert phone("t101").head(HASH).status_code == 404
    assert phone("t102").head(HASH).status_code == 404
    assert not desk.store.has(HASH)
    assert not desk.store.thumb_path(HASH).exists()
    assert phone("t101").get(sha256(other)).status_code == 200
    assert waiting(stays) == []


def test_discarding_spares_bytes_that_came_in_again(app, phone):
    desk = app.extensions["jiafang.photos"]
    phone("t101").put(DATA)
    with transaction() as session:
        service.drop(session, [HASH])
    phone("t102").put(DATA)
    sweep.discard(desk, [HASH])
    assert phone("t102").get(HASH).status_code == 200


def test_a_photo_that_came_in_the_same_instant_as_its_record_is_shown_by_the_next_round_of_chores(
    app, world, phone, visit_with
):
    visit = visit_with("t101", HASH)
    phone("t101").put(DATA)
    with transaction() as session:  # as if each had looked before the other was there
        session.execute(update(PhotoUse).values(shown=False))
    assert waiting(visit) == [HASH]
    before = seqs()
    desk = app.extensions["jiafang.photos"]
    assert chores.show_late_photos(desk, utc_now()) == 1
    assert waiting(visit) == missing(world, "t101") == []
    assert seqs()[-1] > before[-1]
    assert chores.show_late_photos(desk, utc_now()) == 0


def test_chores_show_nobody_what_they_only_know_the_hash_of(app, phone, visit_with):
    phone("t101").put(DATA)
    theft = visit_with("t103", HASH, place="1/1")
    assert chores.show_late_photos(app.extensions["jiafang.photos"], utc_now()) == 0
    assert waiting(theft) == [HASH]
