"""Two that write in the same moment: one stops in the middle, the other comes meanwhile. Only PostgreSQL lets them."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any


def beside(app: Any, call: Callable[[], object]) -> Future[object]:
    """Begin a call in a thread of its own, and give it half a second to get to what it has to wait for."""

    def run() -> object:
        with app.app_context():
            return call()

    pool = ThreadPoolExecutor(1)
    begun = pool.submit(run)
    pool.shutdown(wait=False)
    wait([begun], 0.5)
    return begun


class Held:
    """While this is entered, a call stands still where it comes to a function; then it goes on to its end."""

    def __init__(self, app: Any, monkeypatch: Any, where: tuple[Any, str], call: Callable[[], object]) -> None:
        self.app, self.call = app, call
        self.there, self.go = threading.Event(), threading.Event()
        real = getattr(*where)

        def stop(*given: Any, **named: Any) -> Any:
            self.there.set()
            self.go.wait(20)
            return real(*given, **named)

        monkeypatch.setattr(*where, stop)

    def __enter__(self) -> None:
        self.held = threading.Thread(target=self._run)
        self.held.start()
        assert self.there.wait(20)

    def __exit__(self, *_: object) -> None:
        self.go.set()
        self.held.join(20)

    def _run(self) -> None:
        with self.app.app_context():
            self.call()
