"""What the program needs to hear a word from outside, as data: choices, words that ask for a person at once, ways of naming.

Standard library only.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from server.campaign.notice import Choice

FILE = Path(__file__).parent / "listening.toml"
BLANKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")  # 自 杀 is read as it is meant


@dataclass(frozen=True)
class Hotline:
    """A telephone number for somebody in danger, and what it is for."""

    number: str
    label: str


@dataclass(frozen=True)
class Naming:
    """How people name a teacher without a name; `subjects` maps the name of a duty to what it is called."""

    titles: tuple[str, ...]
    homeroom: tuple[str, ...]
    leaders: tuple[str, ...]
    teacher: tuple[str, ...]
    not_names: tuple[str, ...]
    weak_surnames: frozenset[str]
    subjects: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Listening:
    """All that the words from outside are read with."""

    due_working_days: int
    codes: Mapping[str, tuple[Choice, ...]]
    urgent_words: tuple[str, ...]
    urgent_except: tuple[str, ...]
    hotlines: tuple[Hotline, ...]
    naming: Naming

    def label(self, field: str, code: str) -> str:
        """Name a choice for people; a code that nobody knows is shown as it is."""
        return next((choice.label for choice in self.codes[field] if choice.code == code), code)

    def is_urgent(self, text: str) -> bool:
        """Tell whether words speak of harm or suicide and a person should look at once."""
        words = BLANKS.sub("", text)
        innocent = [span for each in self.urgent_except for span in _places(words, each)]
        return any(
            not any(first <= start and end <= last for first, last in innocent)
            for each in self.urgent_words
            for start, end in _places(words, each)
        )


def _places(text: str, sought: str) -> list[tuple[int, int]]:
    # Almost never there, and asked a hundred times for every word from outside.
    return [found.span() for found in re.finditer(re.escape(sought), text)] if sought in text else []


@cache
def listening() -> Listening:
    """Read the data; it never changes while the program runs."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Listening(
        due_working_days=told["due_working_days"],
        codes={field: tuple(_choice(**each) for each in choices) for field, choices in told["codes"].items()},
        urgent_words=tuple(told["urgent"]["words"]),
        urgent_except=tuple(told["urgent"]["except"]),
        hotlines=tuple(Hotline(**each) for each in told["hotlines"]),
        naming=_naming(told["naming"]),
    )


def _choice(code: str, label: str) -> Choice:
    return Choice(code, label, label)


def _naming(told: Mapping[str, Any]) -> Naming:
    return Naming(
        titles=tuple(told["titles"]),
        homeroom=tuple(told["homeroom"]),
        leaders=tuple(told["leaders"]),
        teacher=tuple(told["teacher"]),
        not_names=tuple(told["not_names"]),
        weak_surnames=frozenset(told["weak_surnames"]),
        subjects={name: tuple(words) for name, words in told["subjects"].items()},
    )
