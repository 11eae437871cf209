"""Time as decided once: UTC in the store, ISO 8601 with offset on the wire, Asia/Shanghai for days."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def utc_now() -> datetime:
    """Tell the time, aware, in UTC."""
    return datetime.now(UTC)


def shanghai_day(at: datetime) -> date:
    """Name the calendar day that a moment falls on in China."""
    return at.astimezone(SHANGHAI).date()


def on_the_wire(at: datetime) -> str:
    """Write a moment as ISO 8601 in China's offset, to the second."""
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")
