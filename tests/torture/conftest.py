"""The house under torture: on SQLite in memory-backed files where the machine has them, and on PostgreSQL."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.config import Config
from tests.server.conftest import CHEAP_ARGON2, fresh_postgres, postgres_url
from tests.torture.house import House, build_house

__all__ = ["postgres_url"]


@pytest.fixture(scope="session")
def sqlite_house() -> Iterator[House]:
    """Give a house on SQLite. What is tortured is order and custody, not the disk: files in memory are enough."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None, prefix="torture-") as folder:
        yield build_house(Config(data_dir=Path(folder), secret_key="t" * 40, ticket_stock=2, **CHEAP_ARGON2))


@pytest.fixture(scope="session")
def postgres_house(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Give a house on PostgreSQL."""
    url = fresh_postgres(postgres_url, "torture")
    folder = tmp_path_factory.mktemp("torture")
    return build_house(Config(data_dir=folder, secret_key="t" * 40, ticket_stock=2, database_url=url, **CHEAP_ARGON2))
