"""The kinds of record that one visit is written in, and the fields of each: what type, how long, when required.

Field ids and codes are those of the form; a code that is not known is stored as it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

DONE = "done"
FACE_TO_FACE = frozenset({"home", "agreed_place", "at_school"})
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Field:
    """One field of a kind. `shape` is text, word (a choice, date, time or id), flag, objects or set."""

    shape: str
    write_once: bool = False
    element: re.Pattern[str] | None = None  # what a set's elements look like, where it matters
    parts: Mapping[str, str] = field(default_factory=dict)  # shapes of an element's own fields, by their last path step


@dataclass(frozen=True)
class Kind:
    """One kind of record: its fields by id, and what is kept when a duplicate is merged into it."""

    fields: Mapping[str, Field]
    child: bool = False  # it belongs to a visit

    @property
    def write_once(self) -> frozenset[str]:
        """Name the fields that are set once."""
        return frozenset(name for name, each in self.fields.items() if each.write_once)

    @property
    def sets(self) -> frozenset[str]:
        """Name the fields that are sets."""
        return frozenset(name for name, each in self.fields.items() if each.shape == "set")

    def shape_of(self, path: str) -> str | None:
        """Tell the shape of a field or of an element's own field (`photos/<sha256>/caption`); None if unknown."""
        name, *steps = path.split("/")
        known = self.fields.get(name)
        if known is None or not steps:
            return known.shape if known else None
        is_element = len(steps) == 2 and (known.element is None or known.element.fullmatch(steps[0]))  # noqa: PLR2004  # element, part
        return known.parts.get(steps[1]) if is_element else None


TEXT, WORD, FLAG, OBJECTS, SET = Field("text"), Field("word"), Field("flag"), Field("objects"), Field("set")
ID_SET = Field("set", element=UUID)
ONCE = Field("word", write_once=True)

VISIT = Kind(
    {
        "student_id": ONCE,
        "class_id": ONCE,  # the class of that day
        "also_for": ID_SET,
        "visit_date": WORD,
        "time_start": WORD,
        "time_end": WORD,
        "visit_form": WORD,
        "visit_type": WORD,
        "visit_result": WORD,
        "rescheduled_to": WORD,
        "offered": SET,
        "visitors": ID_SET,
        "confirmed_by": ID_SET,
        "respondents": SET,
        "place_kind": WORD,
        "purpose": SET,
        "purpose_text": TEXT,
        "face_four": SET,
        "bring_seven": SET,
        "strengths": TEXT,
        "at_school": TEXT,
        "at_home": TEXT,
        "issues": TEXT,
        "consensus": TEXT,
        "parent_part": TEXT,
        "promises": OBJECTS,
        "team_note": TEXT,
        "follow_up_on": WORD,
        "photos": Field("set", element=SHA256, parts={"caption": "text", "use": "word", "agreed_on_spot": "flag"}),
        "photo_order": OBJECTS,  # [{"photo": sha256}, …]; photos that it does not name follow
        "pledge": FLAG,
        "tickets": ID_SET,  # the parents' codes that were shown at this visit
        "void_reason": TEXT,
        "not_duplicate_of": ID_SET,
    }
)
VISIT_PRIVATE = Kind({"growth_env": TEXT, "child_voice": TEXT}, child=True)  # its id is its visit's
REFLECTION = Kind(
    {
        "visit_id": ONCE,
        "reflection": TEXT,
        "extra_page": TEXT,
        "nominate": FLAG,
        "gift_declined": TEXT,  # 师德专员 may read this one field besides
        "no_opinion": FLAG,  # the family was asked and had nothing to say: no opinion record tells that
    },
    child=True,
)
OPINION = Kind(
    {"visit_id": ONCE, "text": TEXT, "from": WORD, "kind": WORD, "about_staff": FLAG, "pass_on": WORD}, child=True
)
KINDS: Mapping[str, Kind] = {
    "visit": VISIT,
    "visit_private": VISIT_PRIVATE,
    "reflection": REFLECTION,
    "opinion": OPINION,
}
CONSENT = Kind({"may_record": WORD, "who": WORD, "channel": WORD})  # what a guardian said, written down by a teacher
WRITTEN: Mapping[str, Kind] = {**KINDS, "student": CONSENT}  # all that phones write
WORD_MAX_CHARS = 256  # ids, dates and codes; longer is no word


def fits(shape: str, value: object) -> bool:
    """Tell whether a JSON value has a meaning in a field of this shape; blank values always fit."""
    if value is None or value in ("", []):
        return True
    if shape == "objects":
        return isinstance(value, list) and all(isinstance(each, dict) for each in value)
    if shape == "flag":
        return isinstance(value, bool)
    if shape == "word":
        return isinstance(value, str) and len(value) <= WORD_MAX_CHARS
    return shape == "text" and isinstance(value, str)


def element_fits(known: Field, element: object) -> bool:
    """Tell whether something may stand in this set."""
    if not isinstance(element, str) or not element or len(element) > WORD_MAX_CHARS or "/" in element:
        return False
    return known.element is None or known.element.fullmatch(element) is not None


def incomplete(kind: str, fields: Mapping[str, object], *, agreed: bool = True) -> list[str]:
    """Name the required fields that are still empty; rules of the form never refuse an edit.

    `agreed`: the family lets the visit be written down; else only day, form and result are asked for.
    """
    needed = _visit_needs(fields, agreed=agreed) if kind == "visit" else []
    return [name for name in needed if not fields.get(name)]


def _visit_needs(fields: Mapping[str, object], *, agreed: bool) -> list[str]:
    needs = ["visit_date", "visit_form", "visit_type", "visit_result", "visitors"]
    result, form = fields.get("visit_result"), fields.get("visit_form")
    if result == "rescheduled":
        needs.append("rescheduled_to")
    if result == "declined":
        needs.append("offered")
    if result == DONE and agreed:
        needs += ["respondents", "purpose", "strengths"]
        needs += ["face_four", "pledge"] if form in FACE_TO_FACE else []
        needs += ["place_kind"] if form == "agreed_place" else []
        needs += ["consensus"] if fields.get("issues") else []
    return needs
