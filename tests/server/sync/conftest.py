"""Phones of the small school."""

import pytest

from tests.server.sync.phone import Phone


@pytest.fixture
def phone(client, world):
    """Give the phone of the 班主任 of class 1."""
    return Phone(client, world, "t101")


@pytest.fixture
def other(client, world):
    """Give the phone of a subject teacher of classes 1 and 2."""
    return Phone(client, world, "t102")


@pytest.fixture
def stranger(client, world):
    """Give the phone of the 班主任 of class 2."""
    return Phone(client, world, "t103")
