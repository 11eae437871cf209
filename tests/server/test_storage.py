"""Bytes are written whole, in whatever parts they come and however little the system takes at once."""

import os

import pytest

from server.storage import write_whole


@pytest.mark.parametrize("taken", [1, 7, 10**6])
def test_every_part_is_written_however_little_is_taken_at_once(tmp_path, monkeypatch, taken):
    parts = [b"", b"one", memoryview(b"two"), b"", *(bytes([number % 256]) * number for number in range(150)), b""]
    real = os.writev

    def write(handle: int, views) -> int:
        joined = b"".join(views)
        return real(handle, [joined[:taken]])

    monkeypatch.setattr(os, "writev", write)
    write_whole(tmp_path / "file", iter(parts))
    assert (tmp_path / "file").read_bytes() == b"".join(parts)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").stat().st_mode & 0o077 == 0
