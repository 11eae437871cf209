"""What every part of photos works with: the store, and what the layers above want to be asked and told."""

import threading
from dataclasses import dataclass, field

from server.photos.partials import Partials
from server.photos.service import Hooks
from server.storage import PhotoStore


@dataclass(frozen=True)
class Desk:
    """Where photos are taken in and given out. One an app; `create_app` puts it at `extensions["jiafang.photos"]`."""

    store: PhotoStore
    hooks: Hooks
    max_bytes: int
    decoding: threading.Lock = field(default_factory=threading.Lock)  # one picture at a time: it takes much memory

    @property
    def partials(self) -> Partials:
        """The uploads on their way in."""
        return Partials(self.store.partials)
