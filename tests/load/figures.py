"""How figures are printed: each beside its target, and the ratio to a floor measured in the same run."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

PAIRS = 5


@dataclass(frozen=True)
class Figure:
    """One line: what was measured, the value, its target, and whether the target is met (smaller is better unless `at_least`)."""

    name: str
    value: float
    target: float
    unit: str
    note: str = ""
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Tell whether the target is met."""
        return self.value >= self.target if self.at_least else self.value <= self.target

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return f"{'ok  ' if self.met else 'MISS'} {self.name:<58} {self.value:>9.2f} {self.unit:<8} target {sign} {self.target:g}   {self.note}"


@dataclass(frozen=True)
class Paired:
    """Medians of alternating runs, and the median of the ratios pair by pair."""

    ours: float
    floor: float
    ratio: float


def in_pairs(ours: Callable[[], float], floor: Callable[[], float], pairs: int = PAIRS) -> Paired:
    """Run both in turn, A B A B …, after one warm-up each: the ratio holds when the machine's speed drifts."""
    ours()
    floor()
    runs = [(ours(), floor()) for _ in range(pairs)]
    return Paired(median(a for a, _ in runs), median(b for _, b in runs), median(a / b for a, b in runs))
