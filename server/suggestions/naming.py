"""Who is named in words from outside, and the same words without names.

A teacher is named by the full name, by a surname with a title (张老师), or by the duty (班主任, 数学老师).
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from sqlalchemy.orm import Session

from server.campaign.listening import listening
from server.suggestions.roster import HOMEROOM, NAME_MIN_CHARS, Roster, holders_of

COMPOUND = ("欧阳", "上官", "司马", "诸葛", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "东方")
KIN = "(?=同学|小朋友|的?(?:妈妈|爸爸|家长|父亲|母亲|爷爷|奶奶|外公|外婆|姥姥|姥爷))"
NUMBERS = re.compile(r"(?<![\dA-Za-z])\+?\d[\d\- ]{5,18}[\dXx](?!\d)")  # telephone and identity numbers
NOBODY = re.compile(r"(?!)")
SCHOOLS_KEPT = 100  # whose surnames are kept as one pattern each


@dataclass(frozen=True)
class Named:
    """Which members of staff words name: their ids, and duties (班主任, a subject) of whom nobody more is known."""

    staff: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anybody is named."""
        return bool(self.staff or self.duties)


def named_in(session: Session, roster: Roster, text: str, class_id: str | None = None) -> Named:
    """Find the staff whom words name; a duty is looked up in the class of the writer, or in one that the words name."""
    titled = {found[0] for found in _titled(roster.staff.values()).finditer(text) if not _is_word(text, found)}
    staff = {id_ for id_, name in roster.staff.items() if _says(text, name) or _surname(name) in titled}
    classes = {class_id} if class_id else set(roster.classes)
    unknown = []
    for duty, pattern in _duties().items():
        if pattern.search(text):
            holders = holders_of(session, duty, classes) if classes else []
            staff.update(holders)
            unknown += [] if holders else [duty]
    return Named(tuple(sorted(staff)), tuple(unknown))


def without_names(roster: Roster, text: str, keep_staff: Collection[str] = ()) -> str:
    """Write words without the names of the school's roster, of duties, and without long numbers.

    `keep_staff`: ids of the staff who may stand with their names and duties (praise, shown to whom it names).
    """
    text = _replace(text, roster.students, "某同学")
    text = _replace(text, roster.guardians, "某家长")
    text = re.sub(f"(?:{_any(roster.given)}){KIN}", "某", text) if roster.given else text
    hidden = [name for id_, name in roster.staff.items() if id_ not in keep_staff]
    text = _replace(text, [name for name in hidden if len(name) >= NAME_MIN_CHARS], "某老师")
    text = _titled(hidden).sub(lambda found: found[0] if _is_word(found.string, found) else "某", text)
    for pattern in () if keep_staff else _duties().values():
        text = pattern.sub("某老师", text)
    text = _twice().sub(r"某\1", text)
    return NUMBERS.sub("（号码）", text)


def recognisable_in(roster: Roster, text: str) -> list[str]:
    """Find what would let somebody be recognised in words for the public: names, duties, classes, long numbers."""
    found = [*roster.students, *roster.guardians, *roster.classes.values()]
    found += [each[0] for each in re.finditer(f"(?:{_any(roster.given)}){KIN}", text)] if roster.given else []
    found += [name for name in roster.staff.values() if _says(text, name)]
    titled = _titled(roster.staff.values()).finditer(text)
    found += [text[each.start() : each.end() + 2] for each in titled if not _is_word(text, each)]
    found += [each[0] for pattern in (*_duties().values(), NUMBERS) for each in pattern.finditer(text)]
    return list(dict.fromkeys(found))


def _says(text: str, name: str) -> bool:
    return len(name) >= NAME_MIN_CHARS and name in text


def _replace(text: str, names: Iterable[str], somebody: str) -> str:
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, somebody)
    return text


def _surname(name: str) -> str:
    return name[:2] if name.startswith(COMPOUND) else name[:1]


def _titled(names: Iterable[str]) -> re.Pattern[str]:
    """Match the surname of one of these people before a title; signs that mostly mean something else there are no names."""
    return _before_title(frozenset(_surname(name) for name in names if name) - listening().naming.weak_surnames)


@lru_cache(SCHOOLS_KEPT)
def _before_title(surnames: frozenset[str]) -> re.Pattern[str]:
    return re.compile(f"(?:{_any(surnames)})(?=(?:{_any(listening().naming.titles)}))") if surnames else NOBODY


def _is_word(text: str, found: re.Match[str]) -> bool:
    """Tell whether what looks like a surname is the end of a word: 提高老师的水平 speaks of no 高老师."""
    return text.endswith(listening().naming.not_names, 0, found.end())


@cache
def _duties() -> dict[str, re.Pattern[str]]:
    naming = listening().naming
    teacher = _any(naming.teacher)
    patterns = {HOMEROOM: re.compile(f"(?:{_any(naming.homeroom)})(?:{teacher})?")}
    for subject, words in naming.subjects.items():
        patterns[subject] = re.compile(f"(?:教|上)?(?:{_any(words)})课?的?(?:任课|代课|科任)?(?:{teacher})")
    return patterns


@cache
def _twice() -> re.Pattern[str]:
    """Match a name that was taken out and what stood behind it: 某老师老师, 某同学小朋友."""
    return re.compile(f"某(老师|同学)(?:同学|小朋友|{_any(listening().naming.titles)})")


def _any(words: Iterable[str]) -> str:
    """Match any of these words, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)"
