"""The paper 《家访手记》: the form in its order with ticks, never more than its reader may see, and every print is logged."""

import pytest

from server.consents.service import Word, say
from server.db import new_id, transaction
from server.visits.moving import move_student
from tests.server.oversight.conftest import Desk
from tests.server.oversight.test_reading import logged
from tests.server.photos.pictures import picture, sha256
from tests.server.sync.phone import edit, id_of, merge, new_visit


@pytest.fixture
def told(phone, other, client, world):
    """A visit with everything in it: by the class teacher, with a photo that was agreed to and one that was not."""
    photos = [picture(), picture(seed=1)]
    for each in photos:
        client.put(f"/api/v1/photos/{sha256(each)}", data=each, headers=world.headers("t101"))
    agreed, other_one = map(sha256, photos)
    words = {
        "strengths": "爱画画",
        "at_home": "先写作业",
        "visit_result": "done",
        "time_start": "19:30",
        "pledge": True,
    }
    visit = new_visit(
        world,
        respondents=["mother"],
        face_four=["voice"],
        photos=[agreed, other_one],
        team_note="给任课老师的话",
        **words,
    )
    id_ = id_of(visit)
    hang = {"after": visit["id"]}
    phone.push(
        visit,
        edit(visit["record"], {f"photos/{agreed}/agreed_on_spot": (None, True)}, **hang),
        edit(f"visit_private:{id_}", {"child_voice": (None, "想当医生")}, **hang),
        edit(
            f"reflection:{new_id()}",
            {"visit_id": (None, id_), "reflection": (None, "体会很深"), "extra_page": (None, "所见所闻")},
            **hang,
        ),
        *(
            edit(f"opinion:{new_id()}", {"visit_id": (None, id_), "text": (None, text), **more}, **hang)
            for text, more in {
                "食堂很好": {},
                "不转达的话": {"pass_on": (None, "withheld")},
                "说老师的话": {"about_staff": (None, True)},
            }.items()
        ),
    )
    other.push(edit(f"reflection:{new_id()}", {"visit_id": (None, id_), "reflection": (None, "同事的体会")}))
    return visit, agreed, other_one


def paper(reader, visit):
    return reader.read(f"/school/visits/{id_of(visit)}/paper")


def test_the_form_stands_in_its_order_with_ticks_and_lines_to_sign(desk, told):
    page = paper(desk, told[0])
    order = [
        *(
            "一、基本情况",
            "二、家访目的",
            "三、学生情况",
            "四、商定的措施",
            "五、意见建议",
            "六、回访",
            "七、家访体会",
            "八、五不准",
        ),
        *("家访教师签名", "家长签名", "学校（盖章）", "另附页"),
    ]
    places = [page.rindex(words) for words in order]
    assert places == sorted(places)
    for words in (
        "学生100",
        "七年级1班",
        "爱画画",
        "想当医生",
        "体会很深",
        "同事的体会",
        "所见所闻",
        "食堂很好",
        "老师desk1（德育处）",
    ):
        assert words in page
    assert '☑</span><span class="sr">已选</span>登门访问' in page
    assert "☐</span>电话沟通" in page
    assert "<title>家访手记</title>" in page


def test_every_page_names_its_visit_and_the_lines_to_sign_stand_with_the_last_row(desk, told, phone, world):
    page = paper(desk, told[0])
    running = page.partition("<thead>")[2].partition("</thead>")[0]  # a browser repeats it on each page
    assert "七年级1班" in running
    assert "年" in running.partition("七年级1班")[2]
    end = page.partition('<tbody class="end">')[2].partition("</tbody>")[0]
    assert "八、五不准" in end
    assert "学校（盖章）" in end
    away = new_visit(world, visit_result="nobody_home")
    phone.push(away)
    assert paper(desk, away).count("学校（盖章）") == 1


def test_the_heading_of_the_pictures_stands_with_the_first_of_them(desk, phone, client, world):
    pictures = [picture(seed=seed) for seed in range(3)]
    for each in pictures:
        client.put(f"/api/v1/photos/{sha256(each)}", data=each, headers=world.headers("t101"))
    names = [sha256(each) for each in pictures]
    agreed = {f"photos/{each}/agreed_on_spot": True for each in names}
    visit = new_visit(world, visit_result="done", photos=names, **agreed)
    phone.push(visit)
    rows = (
        paper(desk, visit)
        .partition('<section class="pictures">')[2]
        .partition("</section>")[0]
        .split('class="row"')[1:]
    )
    assert [(row.count("<h2>"), row.count("<img")) for row in rows] == [(1, 2), (0, 1)]
    assert "第 3 张照片" in rows[1]


def test_one_form_counts_its_pages_and_a_selection_is_not_counted_through(desk, told, phone, world):
    other_one = new_visit(world, "1/0/1")
    phone.push(other_one)
    assert 'class="several"' not in paper(desk, told[0])
    both = desk.read(f"/school/papers?visit={id_of(told[0])}&visit={id_of(other_one)}")
    assert '<body class="several">' in both
    assert "每份各编页码" in both


def test_no_photo_is_printed_once_a_guardian_has_refused_photos(desk, told, world):
    visit, agreed, _ = told
    assert agreed in paper(desk, visit)
    with transaction() as session:
        say(session, Word(world.students["1/0/0"], "mother", {"photo_archive": False}, "page", new_id()))
    assert agreed not in paper(desk, visit)


def test_only_photos_that_the_family_agreed_to_are_printed(desk, told):
    _, agreed, not_agreed = told
    page = paper(desk, told[0])
    assert agreed in page
    assert not_agreed not in page


def test_the_author_prints_what_they_may_see_and_nothing_that_was_kept_back(app, told, world):
    teacher = Desk(app, "t101")
    page = paper(teacher, told[0])
    assert "想当医生" in page
    assert "体会很深" in page
    for words in ("同事的体会", "不转达的话", "说老师的话"):
        assert words not in page
    assert teacher.get(f"/school/photos/{told[1]}?size=full").status_code == 200


def test_a_subject_teacher_prints_the_class_circle_only(app, told):
    page = paper(Desk(app, "t102"), told[0])
    assert "爱画画" in page
    for words in ("想当医生", "孩子的想法和心情", "体会很深", "食堂很好"):
        assert words not in page


@pytest.mark.parametrize("login", ["t103", "ethics1", "centre", "desk2", "t201"])
def test_nobody_else_prints_it(app, told, login):
    reader = Desk(app, login)
    assert reader.get(f"/school/visits/{id_of(told[0])}/paper").status_code == 404
    assert reader.get(f"/school/photos/{told[1]}").status_code == 404


def test_a_selection_is_one_document_and_every_record_of_it_is_logged(desk, told, phone, world):
    short = new_visit(world, "1/0/1", visit_result="nobody_home")
    phone.push(short)
    page = desk.read(f"/school/papers?visit={id_of(told[0])}&visit={id_of(short)}&visit={id_of(short)}")
    assert page.count("<article") == 2
    assert page.count("七、家访体会") == 1  # for the other result only part 一 is asked
    assert {("print", told[0]["record"]), ("print", short["record"])} <= logged()


def test_a_selection_of_none_of_too_many_or_of_others_is_not_printed(desk, elsewhere, told):
    many = "&".join(f"visit={new_id()}" for _ in range(51))
    for asked in ("", many):
        answer = desk.get(f"/school/papers?{asked}")
        assert answer.status_code == 302
    assert "一次最多 50 份" in desk.read("/school/today")
    assert elsewhere.get(f"/school/papers?visit={id_of(told[0])}").status_code == 404


def test_a_merged_visit_prints_as_the_one_it_became(desk, phone, other, world):
    kept, lost = new_visit(world, strengths="爱唱歌"), new_visit(world)
    phone.push(kept)
    other.push(lost)
    phone.push(merge(lost["record"], kept["record"]))
    page = desk.read(f"/school/papers?visit={id_of(lost)}&visit={id_of(kept)}")
    assert page.count("<article") == 1


def test_who_reads_it_for_a_brother_or_sister_prints_no_name_of_another_class(app, phone, world):
    with transaction() as session:
        move_student(session, world.students["1/0/1"], world.classes["1/1"])
    visit = new_visit(world, also_for=[world.students["1/0/1"]])
    phone.push(visit)
    page = paper(Desk(app, "t103"), visit)
    assert "学生101" in page
    assert "学生100" not in page
    assert "别班的学生" in page
    assert "学生100" in paper(Desk(app, "t101"), visit)
