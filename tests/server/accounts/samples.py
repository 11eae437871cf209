"""A real thing for every route that names one, and who is to find it. A route without a sample fails the walk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.server.world import World


@dataclass(frozen=True)
class Sample:
    """Values of a route's parameters; `finders` are the logins that find it there (None: whoever has the right)."""

    values: Mapping[str, str]
    finders: frozenset[str] | None = None


SHA = "ab" * 32
NOBODY: frozenset[str] = frozenset()

SAMPLES: dict[str, Callable[[World], Sample]] = {
    "/api/v1/photos/<sha256>": lambda _world: Sample({"sha256": SHA}),
    "/school/photos/<sha256>": lambda _world: Sample({"sha256": SHA}, NOBODY),
    "/app/<path:place>": lambda _world: Sample({"place": "records"}),
    "/assets/<path:name>": lambda _world: Sample({"name": "index-0.js"}),
    "/icons/<path:name>": lambda _world: Sample({"name": "icon-192.png"}),
    "/<string:name>": lambda _world: Sample({"name": "manifest.webmanifest"}),
}
