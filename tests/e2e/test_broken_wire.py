"""A network that really breaks: answers lost after the commit, portals, half a photo, a dead server, an ended session."""

from playwright.sync_api import expect

from tests.e2e import app


def edits_in_custody(server) -> int:
    return server.rows("SELECT count(*) FROM inbox WHERE status = 'applied' AND device_id IS NOT NULL")[0][0]


def versions(server) -> int:
    return server.rows("SELECT count(*) FROM record_versions WHERE kind = 'visit'")[0][0]


def test_the_answer_cut_after_the_commit_makes_no_second_visit(server, wire, phone):
    teacher = phone()
    app.sign_in(teacher, "t101")
    before = versions(server)
    wire.set(mode="cut_answer")
    visit = app.write_visit(teacher, student=1, strengths="讲题讲错了笑着改")
    app.hand_in(teacher)
    app.send_now(teacher)
    app.until(lambda: versions(server) == before + 1, "the server has committed what it could not say")
    assert app.state_of(teacher, visit) == "待上传"

    wire.set(mode="up")
    app.send_now(teacher)
    app.wait_for_state(teacher, visit, "已送达")
    assert versions(server) == before + 1


def test_a_captive_portal_takes_nothing(wire, phone):
    teacher = phone()
    app.sign_in(teacher, "t101")
    wire.set(mode="captive")
    visit = app.write_visit(teacher, student=2, strengths="每晚陪弟弟读书")
    app.hand_in(teacher)
    said = teacher.page.get_by_role("status").filter(has_text="给家长的码")
    expect(said).to_contain_text("现在没连到学校，连上了打开应用就会上传。")
    app.send_now(teacher)
    app.expect_line(teacher, "没连到学校")
    assert app.state_of(teacher, visit) == "待上传"

    wire.set(mode="up")
    app.send_now(teacher)
    app.wait_for_state(teacher, visit, "已送达")


def test_delivery_goes_on_when_the_session_has_expired(server, phone):
    teacher = phone()
    app.sign_in(teacher, "t101")
    server.execute("UPDATE sign_in_sessions SET expires_at = '2020-01-01 00:00:00'")
    visit = app.write_visit(teacher, student=3, strengths="主动打扫楼道")
    app.hand_in(teacher)
    app.until(
        lambda: server.rows(f"SELECT count(*) FROM records WHERE id = '{visit.id}'")[0][0] == 1,
        "the visit is at the school",
    )
    app.expect_line(teacher, "登录过期了")


def test_a_photo_cut_at_half_is_resumed_not_sent_again(server, wire, phone, pictures):
    teacher = phone()
    app.sign_in(teacher, "t101")
    wire.set(mode="refuse")
    visit = app.write_visit(teacher, student=4, strengths="养的花开了", photos=[pictures("large.jpg")])
    app.hand_in(teacher)
    size = app.photo_bytes(teacher)

    wire.set(mode="up", rate=200_000, cut_after=8_000 + size // 2)
    app.send_now(teacher, wait=False)
    app.until(lambda: wire.mode == "refuse", "the wire was cut in the middle of the photo", seconds=30)
    stored = "SELECT count(*) FROM photo_bytes p JOIN photo_uses u ON u.sha256 = p.sha256 WHERE u.record_id = "
    assert server.rows(f"{stored}'{visit.id}'")[0][0] == 0

    before = wire.bytes_up
    wire.set(mode="up", rate=None)
    app.send_now(teacher)
    app.wait_for_state(teacher, visit, "已送达")
    assert wire.bytes_up - before < size * 0.8


def test_kill_9_of_gunicorn_while_sending_loses_nothing(server, wire, phone, pictures):
    teacher = phone()
    app.sign_in(teacher, "t101")
    wire.set(mode="refuse")
    visits = []
    for turn in range(3):
        visits.append(
            app.write_visit(teacher, student=5 + turn, strengths=f"第{turn}户的闪光点", photos=[pictures("large.jpg")])
        )
        app.hand_in(teacher)
    wire.set(mode="up", rate=60_000)
    app.send_now(teacher, wait=False)
    app.until(lambda: wire.bytes_up > 30_000, "something is on its way")
    server.kill()
    wire.set(rate=None)
    server.start()
    app.send_now(teacher)
    for visit in visits:
        app.wait_for_state(teacher, visit, "已送达")
    assert (
        server.rows(
            "SELECT count(*) FROM record_versions v WHERE v.kind='visit' GROUP BY record_id HAVING count(*) > 1"
        )
        == []
    )
