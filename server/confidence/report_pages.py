"""One report in confidence: its words, the steps of the case, and what was done. For whoever handles it, and nobody else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from server.accounts.access import Read, log_reads
from server.accounts.rights import front_page
from server.actor import Actor
from server.confidence import forms, handling
from server.confidence.officers import to_read
from server.confidence.reading import Sheet, sheet_of
from server.db import reading
from server.errors import Clash, NotFound, Unprocessable
from server.web import current_actor, needs

bp = Blueprint("reports", __name__, url_prefix="/school/ethics/reports", template_folder="templates")


@dataclass(frozen=True)
class Step:
    """One thing that can be done: its form, how it is done, and what is said then."""

    form: type[forms.SeenForm]
    do: Callable[[Actor, str, str, Any], None]
    told: str


def _with_words(deed: Callable[[Actor, str, str, str], None]) -> Callable[[Actor, str, str, Any], None]:
    return lambda actor, id_, seen, form: deed(actor, id_, seen, form.words.data)


STEPS = {
    "accept": Step(forms.SeenForm, lambda actor, id_, seen, _: handling.accept(actor, id_, seen), "已受理。"),
    "check": Step(
        forms.CheckForm,
        lambda actor, id_, seen, form: handling.check(actor, id_, seen, form.words.data, form.on.data),
        "已记下。",
    ),
    "hear": Step(
        forms.HearForm,
        lambda actor, id_, seen, form: handling.hear(actor, id_, seen, form.words.data, form.on.data),
        "已记下老师的申辩。",
    ),
    "find": Step(
        forms.FindingForm,
        lambda actor, id_, seen, form: handling.conclude(
            actor, id_, seen, form.finding.data, form.words.data, form.about.data or ""
        ),
        "结论已记下。",
    ),
    "settle": Step(forms.SettleForm, _with_words(handling.settle), "已办结。"),
    "reopen": Step(forms.ReasonForm, _with_words(handling.reopen), "已重新核实。"),
    "ask": Step(forms.QuestionForm, _with_words(handling.ask), "问题已放好，对方凭查询码看得到，也只有对方看得到。"),
    "reply": Step(forms.ReplyForm, _with_words(handling.reply), "已回复，对方凭查询码看得到。"),
    "pass-up": Step(forms.ReasonForm, _with_words(handling.pass_up), "已请中心办理，学校这边不再显示。"),
    "hand-back": Step(forms.ReasonForm, _with_words(handling.hand_back), "已交回学校师德专员办理。"),
}
DEEDS = {
    "received": "收到",
    "added": "反映的人又说",
    "claimed": "另一次家访也用了这个码，班级还按先用的那一次",
    "to_deputy": "一个工作日没有受理，副手也看得到了",
    "to_centre_self": "说到受理的人或校领导，转给中心",
    "to_centre_chosen": "反映的人选了只给中心",
    "to_centre_late": "一个工作日没有受理，转给中心",
    "to_deputy_slow": "没有按时办结，副手也看得到了",
    "to_centre_slow": "没有按时办结，转给中心",
    "to_centre_passed": "学校请中心办理",
    "handed_back": "中心交回学校",
    "accepted": "受理",
    "checked": "核实",
    "heard": "听取申辩",
    "found": "结论",
    "done": "处理，办结",
    "reopened": "重新核实",
    "asked": "问反映的人",
    "answered": "反映的人回答",
    "replied": "回复反映的人",
}


@bp.get("/<report_id>")
@needs("report.handle")
def show(report_id: str) -> str:
    """Show a case to its handler."""
    return _page(report_id, {})


@bp.post("/<report_id>/<any(accept, check, hear, find, settle, reopen, ask, reply, 'pass-up', 'hand-back'):step>")
@needs("report.handle")
def take(report_id: str, step: str) -> ResponseReturnValue:
    """Take one step; what cannot be done leaves the page with all that was typed."""
    actor, wanted = current_actor(), STEPS[step]
    form = wanted.form()
    if not form.validate_on_submit():
        return _page(report_id, {step: form}), 422
    try:
        wanted.do(actor, report_id, form.seen.data or "", form)
    except (Clash, Unprocessable) as error:
        return _page(report_id, {step: form}, error.message), error.status
    flash(wanted.told)
    return redirect(_onward(actor, report_id), 303)


def _onward(actor: Actor, report_id: str) -> str:
    """Go on to the case; to the person's list, if it is theirs no more."""
    try:
        with reading() as session:
            to_read(session, actor, report_id)
    except NotFound:
        return front_page(actor)
    return url_for("reports.show", report_id=report_id)


def _page(report_id: str, typed: dict[str, forms.SeenForm], problem: str = "") -> str:
    actor = current_actor()
    with reading() as session:
        sheet = sheet_of(session, actor, report_id)
    log_reads(actor, "page", [Read(f"report:{report_id}")])
    return render_template(
        "confidence/report.html",
        sheet=sheet,
        each=sheet.line.each,
        forms=_forms(sheet, typed),
        typed=typed,
        problem=problem,
        deeds=DEEDS,
        here=front_page(actor),
    )


def _forms(sheet: Sheet, typed: dict[str, forms.SeenForm]) -> dict[str, forms.SeenForm]:
    """Give each step's form: the one that was sent as it was typed, the others empty."""
    made = {name: typed.get(name) or step.form(formdata=None) for name, step in STEPS.items()}
    finding = made["find"]
    if isinstance(finding, forms.FindingForm):
        known = {id_ for id_, _ in sheet.people}
        finding.offer(sheet.people, [id_ for id_ in sheet.line.each.about_staff if id_ in known])
    for name, form in made.items():
        form.seen.data = sheet.seen
        for field in form:  # several forms of one page have fields of the same name: not of the same id
            field.id = field.label.field_id = f"{name}-{field.id}"
    return made
