"""A TCP proxy that really breaks: between a browser (page and worker) and gunicorn, on this machine only.

`Wire(target).start()`; then `wire.set(...)`:
  mode  up         everything passes
        refuse     nobody listens: connections are refused, open ones reset (a dead server; `navigator.onLine` stays true)
        blackhole  connections open and nothing ever comes back (the lift)
        cut_answer requests reach the server, their answers are reset (the answer lost after the commit)
        captive    every request is answered 200 with a log-in page (hotel Wi-Fi)
  rate  bytes a second in each direction, shared by all connections; None: unlimited
  delay seconds one way
  cut_after  reset everything once so many more bytes have gone up, then refuse; None: never
"""

import asyncio
import contextlib
import socket
import struct
import threading
import time
from typing import Any

PORTAL = b"<!doctype html><title>Wi-Fi</title><h1>Please log in</h1>"
PORTAL_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (
    len(PORTAL),
    PORTAL,
)
CHUNK = 1400  # one packet: shaping stays smooth


class Wire:
    """One listener on `port`, forwarding to `target` (host, port)."""

    def __init__(self, target: tuple[str, int], port: int = 0) -> None:
        self.target, self.port = target, port
        self.mode, self.rate, self.delay = "up", None, 0.0
        self.cut_after: int | None = None
        self.bytes_up = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._free_at = {"up": 0.0, "down": 0.0}
        self._loop = asyncio.new_event_loop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Wire":
        ready = threading.Event()
        threading.Thread(target=self._run, args=(ready,), daemon=True).start()
        ready.wait(10)
        return self

    def set(self, **changes: Any) -> None:
        """Change the weather; returns when it has changed."""
        asyncio.run_coroutine_threadsafe(self._set(changes), self._loop).result(10)

    def stop(self) -> None:
        self.set(mode="refuse")
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        ready.set()
        self._loop.run_forever()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _set(self, changes: dict[str, Any]) -> None:
        before = self.mode
        for name, value in changes.items():
            setattr(self, name, value)
        if self.mode == before:
            return
        if before == "refuse":
            await self._listen()
        if self.mode == "refuse":
            self._server.close()
        self._reset_all()

    def _reset_all(self) -> None:
        for writer in list(self._open):
            with contextlib.suppress(OSError):
                linger = struct.pack("ii", 1, 0)  # close sends RST, not FIN
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            if self.mode == "captive":
                await self._portal(reader, writer)
                return
            await self._wait_out_blackhole()
            await asyncio.sleep(2 * self.delay)  # the TCP handshake's round trip
            far_reader, far_writer = await asyncio.open_connection(*self.target)
            self._open.add(far_writer)
            try:
                await asyncio.gather(self._pipe(reader, far_writer, "up"), self._pipe(far_reader, writer, "down"))
            finally:
                self._open.discard(far_writer)
                far_writer.close()
        except OSError:
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _portal(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(PORTAL_ANSWER)
        await writer.drain()

    async def _wait_out_blackhole(self) -> None:
        while self.mode == "blackhole":  # noqa: ASYNC110  # the weather may change again while we wake
            await asyncio.sleep(0.05)

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str) -> None:
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(64)
        filling = asyncio.ensure_future(self._fill(reader, queue, way))
        try:
            while True:
                due, data = await queue.get()
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                await self._wait_out_blackhole()
                if not data:
                    break
                if way == "down" and self.mode == "cut_answer":
                    self._reset_all()
                    return
                writer.write(data)
                await writer.drain()
                if way == "up":
                    await self._count(len(data))
            if writer.can_write_eof():
                writer.write_eof()
        finally:
            filling.cancel()

    async def _fill(self, reader: asyncio.StreamReader, queue: "asyncio.Queue[tuple[float, bytes]]", way: str) -> None:
        while True:
            try:
                data = await reader.read(CHUNK if self.rate or self.cut_after is not None else 65536)
            except OSError:
                data = b""
            due = time.monotonic()
            if self.rate and data:
                self._free_at[way] = max(self._free_at[way], due) + len(data) / self.rate
                due = self._free_at[way]
            await queue.put((due + self.delay, data))
            if not data:
                return

    async def _count(self, sent: int) -> None:
        self.bytes_up += sent
        if self.cut_after is None:
            return
        self.cut_after -= sent
        if self.cut_after <= 0:
            self.cut_after = None
            await self._set({"mode": "refuse"})
