"""Settings from the environment, with units in their names and defaults that need no other service."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_SECRET = "only-for-development"  # noqa: S105  # a production start refuses it
SECRET_MIN_CHARS = 32


class ConfigRefused(Exception):
    """The settings would not be safe to serve with; the text says which and what to do."""


@dataclass(frozen=True)
class Config:
    """All settings. Made by `from_env`; tests make their own."""

    data_dir: Path
    dist_dir: Path = ROOT / "dist"
    database_url: str = ""
    secret_key: str = DEFAULT_SECRET
    production: bool = False
    public_url: str = ""
    trusted_proxies: int = 0  # how many proxies in front are ours; 0: believe no X-Forwarded-For
    demo: bool = False
    session_days: int = 30
    photo_max_bytes: int = 5 * 1024 * 1024
    round_max_bytes: int = 1024 * 1024  # one inflated sync body
    ticket_stock: int = 30  # parents' codes that a phone carries and has not shown
    argon2_memory_kib: int = 65_536
    argon2_passes: int = 3

    @property
    def sqlalchemy_url(self) -> str:
        """The database's address; SQLite in the data folder where none was given."""
        if self.database_url.startswith("postgresql://"):
            return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
        return self.database_url or f"sqlite:///{self.data_dir / 'jiafang.sqlite3'}"

    @property
    def tls(self) -> bool:
        """Whether browsers reach the system over HTTPS."""
        return self.public_url.startswith("https://")

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Config":
        """Read the settings.

        Raises: ConfigRefused, if `JIAFANG_ENV=production` comes with a default secret key.
        """
        data_dir = Path(env.get("JIAFANG_DATA", ROOT / "var")).resolve()
        data_dir.mkdir(parents=True, exist_ok=True)
        production = env.get("JIAFANG_ENV", "") == "production"
        secret = env.get("SECRET_KEY", "") or (DEFAULT_SECRET if production else _kept_secret(data_dir))
        if production and (secret == DEFAULT_SECRET or len(secret) < SECRET_MIN_CHARS):
            raise ConfigRefused(
                "SECRET_KEY is missing, the default, or shorter than 32 characters: set a random one (README, “Production”).",
            )
        return cls(
            data_dir=data_dir,
            dist_dir=Path(env.get("JIAFANG_DIST", ROOT / "dist")),
            database_url=env.get("DATABASE_URL", ""),
            secret_key=secret,
            production=production,
            public_url=env.get("PUBLIC_URL", "").rstrip("/"),
            trusted_proxies=int(env.get("TRUSTED_PROXIES", "0")),
            demo=env.get("JIAFANG_DEMO", "") == "1",
            ticket_stock=int(env.get("TICKET_STOCK", "30")),
            argon2_memory_kib=int(env.get("ARGON2_MEMORY_KIB", "65536")),
            argon2_passes=int(env.get("ARGON2_PASSES", "3")),
        )


def _kept_secret(data_dir: Path) -> str:
    """Use the key kept beside the data, made at the first start, so that sessions survive a restart."""
    path = data_dir / "secret_key"
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_text(secrets.token_urlsafe(48), encoding="ascii")
        fresh.chmod(0o600)
        try:
            os.link(fresh, path)  # the first process wins; the others read its key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii")
