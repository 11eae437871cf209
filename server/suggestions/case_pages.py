"""One suggestion: its words without names first, what is done about it, and what was done."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.accounts.access import Read, log_reads
from server.accounts.rights import front_page
from server.actor import Actor
from server.db import reading
from server.errors import Busy, Clash, Unprocessable
from server.suggestions import board, digest, trying, work
from server.suggestions.board import Sheet
from server.suggestions.circles import to_read
from server.suggestions.forms import (
    GiveBackForm,
    HandOutForm,
    PlainForm,
    ProgressForm,
    PublishForm,
    ReplyForm,
    SeenForm,
    SortForm,
)
from server.suggestions.models import CENTRE
from server.web import current_actor, needs

bp = Blueprint("suggestion_case", __name__, url_prefix="/school/suggestions", template_folder="templates")

Deed = Callable[[Actor, str], None]  # who asks, and what they had seen
DEEDS = {  # before what changed, the page says where
    "received": "收到",
    "changed": "改过，这里跟着改了",
    "changed_late": "后来改成",
    "changed_back": "又改回来了",
    "withdrawn": "说的人收回了",
    "withdrawn_late": "说的人后来不想转达了，请酌情办理",
    "came_back": "又转达了",
    "handed_out": "分办",
    "taken_off": "说的人不让这位责任人看，请另选一位",
    "progress": "办理",
    "replied": "答复",
    "closed": "办结",
    "tied": "和另一件一起办",
    "tied_more": "一起办的又多了几件",
    "untied": "分开单独办",
    "sorted": "改了类别或隐去姓名的话",
    "to_ethics": "转给师德专员",
    "to_centre": "学校不受理这一件，转给中心",
    "centre_said": "中心交回，并说",
    "read_original": "看了原文",
    "rated": "对方评价",
    "reopened": "对方不满意，重新办理；原来的答复是",
    "published": "公示",
    "unpublished": "撤下公示",
}


@dataclass
class Doing:
    """The forms of one page as they were filled in; None: as they stand in the row."""

    hand_out: HandOutForm | None = None
    progress: ProgressForm | None = None
    reply: ReplyForm | None = None
    sort: SortForm | None = None
    publish: PublishForm | None = None
    give_back: GiveBackForm | None = None
    original: bool = False
    problem: str = ""


@bp.get("/<suggestion_id>")
@needs("suggestion.read")
def show(suggestion_id: str) -> str:
    """Show it, without names."""
    return _page(suggestion_id, Doing())


@bp.post("/<suggestion_id>/original")
@needs("suggestion.read")
def original(suggestion_id: str) -> str:
    """Show it as it was told; that is written down."""
    actor = current_actor()
    work.open_original(actor, suggestion_id)
    log_reads(actor, "original", [Read(f"suggestion:{suggestion_id}")])
    return _page(suggestion_id, Doing(original=True))


@bp.post("/<suggestion_id>/hand-out")
@needs("suggestion.lead")
def hand_out(suggestion_id: str) -> ResponseReturnValue:
    """Give it to a department and a person."""
    form = HandOutForm()
    with reading() as session:
        form.offer(board.owners(session, to_read(session, current_actor(), suggestion_id)))
    return _do(
        suggestion_id,
        form,
        Doing(hand_out=form),
        "已分办。请告诉责任人：在手机“我的”里点“密码和我的手机”，上面有“意见”；用电脑就登录学校的页面。",
        lambda actor, seen: work.hand_out(
            actor, suggestion_id, seen, work.HandOut(form.dept.data or "", form.owner_id.data, form.due.data)
        ),
    )


@bp.post("/<suggestion_id>/progress")
@needs("suggestion.work")
def progress(suggestion_id: str) -> ResponseReturnValue:
    """Write down what was decided and done."""
    form = ProgressForm()
    made = work.Progress(form.decision.data or "", form.measures.data or "", form.result.data or "")
    return _do(
        suggestion_id,
        form,
        Doing(progress=form),
        "已记下。",
        lambda actor, seen: work.progress(actor, suggestion_id, seen, made),
    )


@bp.post("/<suggestion_id>/reply")
@needs("suggestion.work")
def reply(suggestion_id: str) -> ResponseReturnValue:
    """Reply to whoever told it."""
    form = ReplyForm()
    words = work.Reply(form.reply.data or "", form.reply_way.data or "")
    return _do(
        suggestion_id,
        form,
        Doing(reply=form),
        "已答复，对方凭链接或查询码看得到。",
        lambda actor, seen: work.answer(actor, suggestion_id, seen, words),
    )


@bp.post("/<suggestion_id>/sort")
@needs("suggestion.lead")
def sort(suggestion_id: str) -> ResponseReturnValue:
    """Put its topic and its words without names right."""
    form = SortForm()
    return _do(
        suggestion_id,
        form,
        Doing(sort=form),
        "已改好。",
        lambda actor, seen: work.sort_anew(actor, suggestion_id, seen, form.topic.data or "", form.redacted.data or ""),
    )


@bp.post("/<suggestion_id>/give-back")
@needs("centre.inbox")
def give_back(suggestion_id: str) -> ResponseReturnValue:
    """Give back what a school passed up, with words."""
    form = GiveBackForm()
    return _do(
        suggestion_id,
        form,
        Doing(give_back=form),
        "已交回学校，写的话学校看得到。",
        lambda actor, seen: work.give_back(actor, suggestion_id, seen, form.words.data or ""),
        onward=front_page(current_actor()),
    )


@bp.post("/<suggestion_id>/close")
@needs("suggestion.close")
def close(suggestion_id: str) -> ResponseReturnValue:
    """Say that it is done with."""
    form = PlainForm()
    return _do(suggestion_id, form, Doing(), "已办结。", lambda actor, seen: work.close(actor, suggestion_id, seen))


@bp.post("/<suggestion_id>/publish")
@needs("suggestion.lead")
def publish(suggestion_id: str) -> ResponseReturnValue:
    """Put the answer on the public page."""
    form = PublishForm()
    return _do(
        suggestion_id,
        form,
        Doing(publish=form),
        "已公示，谁都看得到。",
        lambda actor, _: digest.publish(actor, suggestion_id, form.public_text.data or "", form.public_done.data or ""),
    )


@bp.post("/<suggestion_id>/take-down")
@needs("suggestion.lead")
def take_down(suggestion_id: str) -> ResponseReturnValue:
    """Take the answer off the public page."""
    digest.take_down(current_actor(), suggestion_id)
    flash("已从公示页撤下。")
    return _back(suggestion_id)


@bp.post("/<suggestion_id>/tie")
@needs("suggestion.lead")
def tie(suggestion_id: str) -> ResponseReturnValue:
    """Tie others of the same matter to it."""
    chosen = request.form.getlist("other")[: board.PAGE_ROWS]
    tied = work.tie(current_actor(), suggestion_id, chosen)
    flash(f"{tied} 件和这一件一起办，答复一次就够。" if tied else "没有选中可以一起办的。")
    return _back(suggestion_id)


@bp.post("/<suggestion_id>/untie")
@needs("suggestion.lead")
def untie(suggestion_id: str) -> ResponseReturnValue:
    """Let it go its own way again."""
    work.untie(current_actor(), suggestion_id)
    flash("已分开，单独办理。")
    return _back(suggestion_id)


@bp.post("/<suggestion_id>/ethics")
@needs("suggestion.lead")
def to_ethics(suggestion_id: str) -> ResponseReturnValue:
    """Hand a problem with a teacher to the 师德专员."""
    work.to_ethics(current_actor(), suggestion_id)
    flash("已转给师德专员，这里不再显示。")
    return redirect(url_for("suggestion_board.show"), 303)


def _do(
    suggestion_id: str, form: SeenForm, doing: Doing, told: str, deed: Deed, *, onward: str = ""
) -> ResponseReturnValue:
    """Do what a form asks for; what cannot be done leaves the page with all that was typed."""
    if not form.validate_on_submit():
        return _page(suggestion_id, doing), 422
    try:
        trying.do(lambda: deed(current_actor(), form.seen.data or ""))
    except (Clash, Unprocessable, Busy) as error:
        doing.problem = error.message
        return _page(suggestion_id, doing), error.status
    flash(told)
    return redirect(onward, 303) if onward else _back(suggestion_id)


def _back(suggestion_id: str) -> ResponseReturnValue:
    return redirect(url_for("suggestion_case.show", suggestion_id=suggestion_id), 303)


def _page(suggestion_id: str, doing: Doing) -> str:
    actor = current_actor()
    with reading() as session:
        sheet = board.sheet_of(session, actor, suggestion_id)
        free = board.same_matter(session, actor, sheet.each) if sheet.leads and not sheet.each.tied_to else []
        people = board.owners(session, sheet.each)
    log_reads(actor, "page", [Read(f"suggestion:{suggestion_id}")])
    forms = _forms(actor, sheet, doing, people)
    return render_template(
        "suggestions/case.html",
        sheet=sheet,
        each=sheet.each,
        doing=doing,
        free=free,
        deeds=DEEDS,
        here=_home(actor, sheet),
        **forms,
    )


def _home(actor: Actor, sheet: Sheet) -> str:
    """Name the list that a person came from."""
    if sheet.judges or sheet.asked:
        return front_page(actor)
    return "/school/suggestions/" if sheet.leads else "/school/suggestions/mine"


def _forms(actor: Actor, sheet: Sheet, doing: Doing, people: list[tuple[str, str]]) -> dict[str, SeenForm]:
    """Give the page's forms: the one that was sent as it was typed, the others as the row has it."""
    each, none = sheet.each, {"formdata": None}
    hand_out = doing.hand_out or HandOutForm(
        **none, dept=each.dept, owner_id=each.owner_id or actor.staff_id, due=each.due
    )
    hand_out.offer(people)
    progress = doing.progress or ProgressForm(
        **none, decision=each.decision, measures=each.measures, result=each.result
    )
    if each.circle == CENTRE:
        progress.decision.choices = [choice for choice in progress.decision.choices if choice.value != work.TO_CENTRE]
    made: dict[str, SeenForm] = {
        "hand_out": hand_out,
        "progress": progress,
        "reply": doing.reply or ReplyForm(**none, reply=each.reply, reply_way=each.reply_way or "page"),
        "sort": doing.sort or SortForm(**none, topic=each.topic, redacted=each.redacted),
        "publish": doing.publish or PublishForm(**none, public_text=each.public_text, public_done=each.public_done),
        "give_back": doing.give_back or GiveBackForm(**none),
        "plain": PlainForm(**none),
    }
    for form in made.values():
        form.seen.data = sheet.seen
    return made
