"""The box of a school, as every test of its pages begins."""

import pytest


@pytest.fixture(params=["sqlite"])
def config(config):
    """What these pages stand on is tried on both databases by its own tests."""
    return config


@pytest.fixture
def path(world):
    return f"/box/{world.schools[1]}"
