"""Private metadata is cut out of the file, and nothing of the picture is."""

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from server.errors import NotAPicture, PhotoBroken
from server.photos import metadata, pictures
from tests.server.photos.pictures import ICC, SECRET, picture, talkative_jpeg, talkative_png, talkative_webp

TALKATIVE = {"jpeg": talkative_jpeg, "png": talkative_png, "webp": talkative_webp}


def cleaned(data: bytes) -> bytes:
    return b"".join(metadata.clean(data)[1].parts)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("make", TALKATIVE.values(), ids=TALKATIVE)
def test_no_word_and_no_place_is_left(make):
    assert SECRET in make()
    kept = cleaned(make())
    assert SECRET not in kept
    assert not opened(kept).getexif()


@pytest.mark.parametrize("make", TALKATIVE.values(), ids=TALKATIVE)
def test_pixels_and_colour_profile_stay_as_they_were(make):
    before, after = opened(make()), opened(cleaned(make()))
    assert before.tobytes() == after.tobytes()
    assert after.info["icc_profile"] == ICC


@pytest.mark.parametrize("make", TALKATIVE.values(), ids=TALKATIVE)
@pytest.mark.parametrize("turn", range(2, 9))
def test_the_upper_side_stays_up_and_nothing_else_is_said(make, turn):
    kept = cleaned(make(turn))
    assert dict(opened(kept).getexif()) == {0x0112: turn}
    assert ImageOps.exif_transpose(opened(kept)).tobytes() == ImageOps.exif_transpose(opened(make(turn))).tobytes()


@pytest.mark.parametrize("make", TALKATIVE.values(), ids=TALKATIVE)
def test_a_clean_picture_is_left_as_it_is(make):
    once = cleaned(make(6))
    assert cleaned(once) == once


@pytest.mark.parametrize(
    "options", [{"progressive": True}, {"quality": 95, "subsampling": 0}, {"restart_marker_rows": 1}]
)
def test_scans_of_every_kind_are_walked(options):
    data = talkative_jpeg(size=(300, 200), **options)
    assert SECRET not in cleaned(data)
    assert opened(cleaned(data)).tobytes() == opened(data).tobytes()


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_the_size_is_read_without_decoding(kind, media_type):
    found, parts = metadata.clean(picture(kind, (123, 45)))
    assert (found.media_type, parts.width, parts.height) == (media_type, 123, 45)


def test_a_lossless_and_a_see_through_webp_tell_their_size():
    for options in ({"lossless": True}, {"lossless": False, "exact": True}):
        out = io.BytesIO()
        Image.new("RGBA", (77, 33), (1, 2, 3, 4)).save(out, "WEBP", **options)
        parts = metadata.clean(out.getvalue())[1]
        assert (parts.width, parts.height) == (77, 33)


@pytest.mark.parametrize(
    ("head", "word"),
    [
        (b"", "空的"),
        (b"hello, this is a text of some length", "不是照片"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "视频"),
        (b"GIF89a\x01\0\x01\0", "GIF"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\0\0\0\x18ftypavif\0\0\0\0avif", "AVIF"),
    ],
)
def test_what_is_no_picture_is_told_what_it_is(head, word):
    with pytest.raises(NotAPicture) as refused:
        metadata.clean(head)
    assert word in refused.value.message


@pytest.mark.parametrize("make", TALKATIVE.values(), ids=TALKATIVE)
def test_a_header_that_is_cut_off_is_refused(make):
    with pytest.raises(PhotoBroken):
        metadata.clean(make()[:40])


@given(st.sampled_from(sorted(TALKATIVE)), st.integers(0, 2000), st.binary(max_size=40))
def test_damage_of_any_kind_is_refused_or_walked_and_never_a_crash(kind, at, junk):
    data = TALKATIVE[kind]()
    damaged = data[: at % len(data)] + junk + data[at % len(data) + len(junk) :]
    with suppress(NotAPicture):
        assert metadata.clean(damaged)[1].size_bytes <= len(damaged) + 64


def test_a_bomb_that_lies_about_its_size_is_not_decoded(tmp_path, monkeypatch):
    path = tmp_path / "bomb"
    path.write_bytes(picture("PNG", (900, 900)))
    monkeypatch.setattr(pictures, "MAX_PIXELS", 800 * 800)
    assert pictures.small_picture(path) is None
