"""A family and the link that a teacher hands it, as most tests of its pages begin."""

import pytest

from tests.server.feedback.families import Family, tickets_of


@pytest.fixture
def ticket(client, world):
    return tickets_of(client, world)[0]


@pytest.fixture
def family(app, ticket):
    return Family(app, ticket["link"])
