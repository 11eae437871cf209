"""What the manifest promises is there: its pictures have the sizes it names, its shortcuts lead to pages of the app."""

import json
import re
import struct
from pathlib import Path

PUBLIC = Path(__file__).resolve().parents[2] / "pwa" / "public"
ROUTER = PUBLIC.parent / "src" / "router.ts"
MANIFEST = json.loads((PUBLIC / "manifest.webmanifest").read_text(encoding="utf-8"))


def test_every_picture_has_the_size_that_is_named():
    for picture in MANIFEST["icons"] + MANIFEST["screenshots"]:
        path = PUBLIC / picture["src"].lstrip("/")
        assert path.is_file(), path
        if picture["type"] == "image/png":
            width, height = struct.unpack(">II", path.read_bytes()[16:24])
            assert f"{width}x{height}" == picture["sizes"], path


def test_the_app_can_be_installed_everywhere():
    sizes = {(icon["sizes"], icon.get("purpose", "any")) for icon in MANIFEST["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("192x192", "maskable"), ("512x512", "maskable")} <= sizes
    assert (MANIFEST["name"], MANIFEST["id"], MANIFEST["lang"]) == ("家访手记", "/", "zh-CN")
    assert {shot["form_factor"] for shot in MANIFEST["screenshots"]} == {"narrow", "wide"}


def test_every_shortcut_leads_to_a_page_of_the_app():
    paths = set(re.findall(r'path: "(/[^"]*)"', ROUTER.read_text(encoding="utf-8")))
    assert [each["name"] for each in MANIFEST["shortcuts"]] == ["记一次家访", "立即上传"]
    for each in MANIFEST["shortcuts"]:
        assert each["url"].partition("?")[0] in paths
