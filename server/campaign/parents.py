"""What a family is asked on its page, as data. Standard library only."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from server.campaign.notice import Choice

FILE = Path(__file__).parent / "parents.toml"


@dataclass(frozen=True)
class Asked:
    """The choices by question, the three things that a family may know of (`know_purpose` …), and the five 不准."""

    codes: Mapping[str, tuple[Choice, ...]]
    know: Mapping[str, str]
    five_no: tuple[str, ...]

    def label(self, field: str, code: object) -> str:
        """Name a choice as the school's pages do; "" for none."""
        name = "know" if field in self.know else field
        return next((choice.label for choice in self.codes[name] if choice.code == code), "")


@cache
def asked_of_parents() -> Asked:
    """Read the data; it never changes while the program runs."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    codes = {name: tuple(_choice(**each) for each in choices) for name, choices in told["codes"].items()}
    return Asked(codes, told["know"], tuple(told["five_no"]))


def _choice(code: str, label: str, short: str = "") -> Choice:
    return Choice(code, label, short or label)
