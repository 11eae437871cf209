"""The memory a phone needs while it sends 60 visits, over that for 6. A real Chromium, the real engine.

What is compared is what the page's renderer keeps right after its page was tidied (a full collection, some times a second):
a photo, a row or an answer that something still holds is in it, whoever holds it. What lies about until the browser tidies
up by itself is not, for when it does depends on the memory of the machine and on how long the sending takes, ten times as
long for 60 visits; the peaks with it stand in the note. Workers are not tidied: what they leave behind ends with them.
"""

from collections.abc import Iterator
from pathlib import Path
from statistics import median

import psutil

from tests.e2e.conftest import Phone, Server
from tests.e2e.proxy import Wire
from tests.load.figures import PAIRS, Figure
from tests.load.phone import PHOTO_BYTES, bench, signed_in

FEW, MANY = 6, 60
PHOTOS_EACH = 3
MEGABYTE = 1_000_000
STORED = "SELECT count(*) FROM photo_bytes"
MOST_TURNS = 3_000  # of a tenth of a second: a bound, not a target


def measure(folder: Path) -> Iterator[Figure]:
    """Send 6 and 60 visits in turn, each from a phone of its own."""
    pairs = [(sending(folder, FEW, f"{turn}"), sending(folder, MANY, f"{turn}")) for turn in range(PAIRS)]
    few, many = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    loose = [sending(folder, visits, "untidied", tidy=False) for visits in (FEW, MANY)]
    yield Figure(
        "renderer's memory, sending 60 visits over 6",
        median(large / small for small, large in pairs),
        1.2,
        "times",
        f"{many:.0f} MB, {few:.0f} MB; until the browser tidies up {loose[1]:.0f} MB, {loose[0]:.0f} MB",
    )


def sending(folder: Path, visits: int, name: str, tidy: bool = True) -> float:
    """Write `visits` visits with three photos each, start the browser afresh, and give the most it keeps while sending, in MB."""
    with signed_in(folder, f"memory-{visits}-{name}") as (phone, server, wire):
        wire.set(mode="refuse")
        for _ in range(visits // FEW):
            bench(phone, f"fill({FEW}, {PHOTOS_EACH}, {PHOTO_BYTES})")
        phone.close()  # what filling left behind is not what sending needs
        phone.open()
        phone.go("/")
        phone.page.get_by_text("我的班级").wait_for()
        return most_while_sending(phone, server, wire, visits * PHOTOS_EACH, tidy)


def most_while_sending(phone: Phone, server: Server, wire: Wire, photos: int, tidy: bool) -> float:
    """Measure until `photos` photos have arrived and a second longer: what they changed is read back.

    The server is asked how far it is: asking the page makes it read its whole store, which is no part of sending.
    """
    page = phone.context.new_cdp_session(phone.page)
    page.send("HeapProfiler.enable")
    renderers = renderers_of(phone.profile)
    used = {each.pid: cpu(each) for each in renderers}
    most = dict.fromkeys(used, 0.0)
    expected = server.rows(STORED)[0][0] + photos
    wire.set(mode="up")
    phone.page.evaluate("dispatchEvent(new Event('online'))")
    for _ in range(MOST_TURNS):
        arrived = server.rows(STORED)[0][0] == expected
        phone.page.wait_for_timeout(1_000 if arrived else 100)
        if tidy:
            page.send("HeapProfiler.collectGarbage")
        most = {each.pid: max(most[each.pid], private(each)) for each in renderers}
        if arrived:
            # The browser's own pages have renderers too; the one that worked is ours.
            return most[max(renderers, key=lambda each: cpu(each) - used[each.pid]).pid]
    raise AssertionError(f"not all of {photos} photos arrived: the figure would mean nothing")


def private(process: psutil.Process) -> float:
    """Give what this process alone has written and keeps, in MB.

    Without pages of the browser's own program: whether those count as this process's depends on what else runs.
    """
    try:
        kinds = Path(f"/proc/{process.pid}/smaps_rollup").read_text().split("Private_Dirty:")[1]
    except OSError:
        return 0.0  # the browser ended one of its own
    return int(kinds.split()[0]) * 1024 / MEGABYTE


def cpu(process: psutil.Process) -> float:
    """Give the seconds of CPU that a process used."""
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


def renderers_of(profile: Path) -> list[psutil.Process]:
    """Find the renderers of the browser on this profile."""
    browsers = [
        each
        for each in psutil.process_iter(["cmdline"])
        if f"--user-data-dir={profile}" in (each.info["cmdline"] or [])
    ]
    family = [child for each in browsers for child in each.children(recursive=True)]
    return [child for child in family if "--type=renderer" in child.cmdline()]
