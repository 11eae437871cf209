"""The machine is worth its minutes only if it notices what it is there to notice."""

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.torture.house import House
from tests.torture.machine import prepared
from tests.torture.mutants import MUTANTS, Mutant
from tests.torture.test_machine import EVERY_RUN

HUNT = settings(EVERY_RUN, max_examples=250, phases=[Phase.generate])  # it stops at the first that is noticed


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_the_machine_notices_who_would(mutant: Mutant, sqlite_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = prepared(sqlite_house)
    mutant(monkeypatch, sqlite_house)
    with pytest.raises(AssertionError, match=MUTANTS[mutant]):
        run_state_machine_as_test(machine, settings=HUNT)
