"""The random histories, on both databases. Derandomised: the same ones in every run."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.torture.house import House
from tests.torture.machine import prepared

EVERY_RUN = settings(
    max_examples=60,
    stateful_step_count=40,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
    print_blob=False,
)
SHORT = settings(EVERY_RUN, max_examples=12, phases=[Phase.generate])


@pytest.mark.timeout(900)
def test_nothing_is_lost_doubled_or_leaked_on_sqlite(sqlite_house: House) -> None:
    run_state_machine_as_test(prepared(sqlite_house), settings=EVERY_RUN)


@pytest.mark.timeout(900)
def test_nothing_is_lost_doubled_or_leaked_on_postgresql(postgres_house: House) -> None:
    run_state_machine_as_test(prepared(postgres_house), settings=SHORT)
