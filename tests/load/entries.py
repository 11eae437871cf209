"""Visits as teachers write them: 25 fields and about 7.8 kB of JSON, and photos of 259 kB."""

import io
import json
import random
import struct
from functools import cache
from typing import Any

import uuid_utils
from PIL import Image

WORDS = "孩子在家愿意帮妈妈做饭，写作业时能坐得住，周末和弟弟一起读书，说到学校里的朋友眼睛发亮。"
TEXTS = ("strengths", "at_school", "at_home", "issues", "consensus", "parent_part", "team_note", "purpose_text")
JPEG_PIXELS = (672, 504)


def visit_edit(
    student_id: str, photos: list[str] | None = None, visit_id: str | None = None, visit_date: str = "2026-09-30"
) -> dict[str, Any]:
    """Make one new visit as an edit, as the phone writes it."""
    visit = visit_id or str(uuid_utils.uuid7())
    values: dict[str, Any] = {
        "student_id": student_id,
        "visit_date": visit_date,
        "time_start": "19:30",
        "time_end": "20:05",
        "visit_form": "home",
        "visit_type": "general",
        "visit_result": "done",
        "rescheduled_to": "2026-10-08",
        "place_kind": "community",
        "follow_up_on": "2026-10-20",
        "pledge": True,
        "promises": [{"who": "teacher", "what": "每周三留二十分钟讲英语", "due": "2026-10-14", "done": False}],
    }
    values |= {name: (WORDS * 6)[: 230 + 10 * place] for place, name in enumerate(TEXTS)}
    changes = {name: {"old": None, "new": value} for name, value in values.items()}
    members = {
        "purpose": ["term_start", "praise"],
        "face_four": ["policy", "voice"],
        "bring_seven": ["1", "5"],
        "respondents": ["mother"],
    }
    return {
        "id": str(uuid_utils.uuid7()),
        "record": f"visit:{visit}",
        "after": None,
        "op": "edit",
        "v": 1,
        "made_at": "2026-09-30T20:05:02+08:00",
        "changes": changes,
        "members": {
            name: {"add": added, "remove": []}
            for name, added in ({**members, "photos": photos} if photos else members).items()
        },
        "args": {},
    }


def round_body(edits: list[dict[str, Any]], pull: dict[str, Any] | None = None) -> dict[str, Any]:
    """Wrap edits as one round."""
    clock = {"now": "2026-09-30T20:05:02+08:00", "offset_ms": 0}
    body: dict[str, Any] = {
        "device": "bench",
        "epoch": None,
        "app": "0.1.0",
        "clock": clock,
        "pending": {"edits": len(edits), "photos": 0, "bytes": 0},
        "edits": edits,
    }
    return body | ({"pull": pull} if pull is not None else {})


def jpeg(seed: int) -> bytes:
    """Make a real JPEG of about 259 kB that no other seed makes: the same noise, which cannot be squeezed, under another comment."""
    comment = f"{seed:012d}".encode()
    picture = _noise()
    return picture[:2] + struct.pack(">BBH", 0xFF, 0xFE, 2 + len(comment)) + comment + picture[2:]


@cache
def _noise() -> bytes:
    width, height = JPEG_PIXELS
    buffer = io.BytesIO()
    noise = random.Random(1).randbytes(width * height * 3)
    Image.frombytes("RGB", JPEG_PIXELS, noise).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


if __name__ == "__main__":
    print(
        len(json.dumps(visit_edit("x"), ensure_ascii=False).encode()), "bytes a visit;", len(jpeg(1)), "bytes a photo"
    )
