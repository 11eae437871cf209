"""The notice as data: its lists, its choices with their labels, and the guidance cards, read from two TOML files.

Standard library only. Whoever shows a code to a person asks here for its label.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Choice:
    """One choice of a field: its code on the wire, its label, and the short word for a chip."""

    code: str
    label: str
    short: str


@dataclass(frozen=True)
class Card:
    """One guidance card; `order` counts from 0 in the order of the file."""

    key: str
    group: str
    title: str
    text: str
    order: int


@dataclass(frozen=True)
class Notice:
    """All that the notice and its form give to the program."""

    title: str
    theme: str
    document: str
    dates: Mapping[str, str]  # issued_on (ISO day), plan_due (month-day)
    codes: Mapping[str, tuple[Choice, ...]]  # by field id, in the form's order
    fields: Mapping[str, str]  # label by field id, in the form's order
    cards: tuple[Card, ...]

    def label(self, field: str, code: str) -> str:
        """Name a choice for people; a code that nobody knows is shown as it is."""
        return next((choice.label for choice in self.codes.get(field, ()) if choice.code == code), code)

    def field_label(self, path: str) -> str:
        """Name a field for people by its id or its path ("photos/<sha256>/caption")."""
        field = path.rsplit("/", 1)[-1]
        return self.fields.get(field, field)


@cache
def notice() -> Notice:
    """Read the notice; it never changes while the program runs."""
    told = _read("notice.toml")
    return Notice(
        title=told["title"],
        theme=told["theme"],
        document=told["document"],
        dates={name: str(value) for name, value in told["dates"].items()},
        codes={field: tuple(_choice(**each) for each in choices) for field, choices in told["codes"].items()},
        fields=told["fields"],
        cards=tuple(
            Card(each["key"], each["group"], each["title"], each["text"].strip(), order)
            for order, each in enumerate(_read("cards.toml")["card"])
        ),
    )


def _choice(code: str, label: str, short: str | None = None) -> Choice:
    return Choice(code, label, short or label)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
