"""Help with the words, as data: openings, what is said beside and inside fields, reminders, and the quiet hours.

Standard library only.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "writing.toml"


@dataclass(frozen=True)
class Reminder:
    """Words that a hint answers; `except_` are longer words that hold one of them and mean something else."""

    hint: str
    words: tuple[str, ...]
    except_: tuple[str, ...]


@dataclass(frozen=True)
class Writing:
    """All that helps a teacher to find words. Keys are field ids; `prompts` has its openings by prompt."""

    quiet_hours: Mapping[str, str]  # from, to: hour and minute on the phone's clock
    banners: Mapping[str, str]
    inside: Mapping[str, str]
    openings: Mapping[str, tuple[str, ...]]
    prompts: Mapping[str, Mapping[str, tuple[str, ...]]]
    reminders: tuple[Reminder, ...]

    def on_the_wire(self) -> dict[str, Any]:
        """Write it as the campaign's row carries it: lists for tuples, `except` for `except_`."""
        return {
            "quiet_hours": dict(self.quiet_hours),
            "banners": dict(self.banners),
            "inside": dict(self.inside),
            "openings": {field: list(lines) for field, lines in self.openings.items()},
            "prompts": {
                field: {prompt: list(lines) for prompt, lines in by_prompt.items()}
                for field, by_prompt in self.prompts.items()
            },
            "reminders": [
                {"hint": each.hint, "words": list(each.words), "except": list(each.except_)} for each in self.reminders
            ],
        }


@cache
def writing() -> Writing:
    """Read the help; it never changes while the program runs."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Writing(
        quiet_hours=told["quiet_hours"],
        banners=told["banners"],
        inside=told["inside"],
        openings={field: tuple(lines) for field, lines in told["openings"].items()},
        prompts={
            field: {prompt: tuple(lines) for prompt, lines in by_prompt.items()}
            for field, by_prompt in told["prompts"].items()
        },
        reminders=tuple(
            Reminder(each["hint"], tuple(each["words"]), tuple(each["except"])) for each in told["reminders"]
        ),
    )
