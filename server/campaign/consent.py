"""What a family is asked to agree to (F11), as data. Standard library only."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "consent.toml"


@dataclass(frozen=True)
class Use:
    """One thing that may be agreed to: its name on the school's pages, and the tick as a family reads it."""

    label: str
    tick: str


@dataclass(frozen=True)
class ConsentText:
    """The text in the version that is shown now, and all that is said around it."""

    version: str
    text: tuple[str, ...]
    from_14: str
    for_others: str
    refused: str
    agreed: str
    later: str
    agreed_again: str
    givers: tuple[str, ...]
    uses: Mapping[str, Use]
    channels: Mapping[str, str]

    def paragraphs(self, *, school: str, contact: str, phone: str) -> list[str]:
        """Give the text with a school's own words in it."""
        return [each.format(school=school, contact=contact, phone=_spaced(phone)) for each in self.text]

    def noted(self, told: str, *, contact: str, phone: str) -> str:
        """Say what was chosen, and how it is changed by who was not shown a code: they go on to their own words."""
        return told + self.later.format(contact=contact, phone=_spaced(phone))


def _spaced(phone: str) -> str:
    return f" {phone}" if phone else ""


@cache
def consent_text() -> ConsentText:
    """Read the data; it never changes while the program runs."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    uses = {name: Use(**each) for name, each in told.pop("uses").items()}
    text, givers = tuple(told.pop("text")), tuple(told.pop("givers"))
    return ConsentText(text=text, givers=givers, uses=uses, **told)
