"""The built app as browsers get it: the right type, caching and size; and nothing that is not ours to give."""

import gzip
from dataclasses import replace

import pytest

from server.app import create_app
from server.config import Config


@pytest.fixture
def client(tmp_path):
    dist = tmp_path / "dist"
    for name, text in {
        "index.html": "<!doctype html><title>家访手记</title>",
        "sw.js": "self.x = 1;",
        "manifest.webmanifest": "{}",
        "assets/index-1a2b.js": "export const long = 1;" * 100,
        "icons/icon.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        ".secret": "no",
    }.items():
        (dist / name).parent.mkdir(parents=True, exist_ok=True)
        (dist / name).write_text(text, encoding="utf-8")
    (tmp_path / "beside").write_text("no", encoding="utf-8")
    return create_app(Config(data_dir=tmp_path, dist_dir=dist, secret_key="t" * 40)).test_client()


@pytest.mark.parametrize("path", ["/", "/app/", "/app/student/0199", "/app/visit/new?student=1"])
def test_the_apps_one_page_answers_all_its_addresses(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("path", "mimetype"),
    [
        ("/sw.js", "text/javascript"),
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/icons/icon.svg", "image/svg+xml"),
        ("/assets/index-1a2b.js", "text/javascript"),
    ],
)
def test_each_file_has_its_type(client, path, mimetype):
    assert client.get(path).mimetype == mimetype


def test_a_hashed_file_is_kept_for_ever_and_the_worker_is_asked_for_again(client):
    assert "immutable" in client.get("/assets/index-1a2b.js").headers["Cache-Control"]
    worker = client.get("/sw.js")
    assert worker.headers["Cache-Control"] == "no-cache"
    assert worker.headers["Service-Worker-Allowed"] == "/"


def test_text_travels_small_to_who_can_read_it_so(client):
    plain = client.get("/assets/index-1a2b.js")
    small = client.get("/assets/index-1a2b.js", headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert small.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(small.data) == plain.data
    assert len(small.data) < len(plain.data) / 5
    assert small.headers["ETag"] != plain.headers["ETag"]


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../../beside",
        "/assets/%2e%2e/%2e%2e/beside",
        "/.secret",
        "/assets/.secret",
        "/nothing",
        "/assets/",
    ],
)
def test_what_is_not_built_is_not_given(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json["error"] == "not_found"


def test_a_name_that_no_file_can_have_is_a_bad_request(client):
    assert client.get("/%00").status_code == 400


def test_a_share_that_no_worker_took_leads_into_the_app(client):
    answer = client.post("/share", data={"title": "x"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/app/share?problem=again")


def test_headers_keep_other_sites_out(client, tmp_path):
    headers = client.get("/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in headers
    config = Config(data_dir=tmp_path, secret_key="t" * 40)
    tls = create_app(replace(config, public_url="https://jiafang.example", trusted_proxies=1))
    behind_tls = tls.test_client().get("/healthz", headers={"X-Forwarded-Proto": "https"})
    assert "max-age" in behind_tls.headers["Strict-Transport-Security"]
    assert tls.config["SESSION_COOKIE_SECURE"]
    assert tls.config["SESSION_COOKIE_NAME"].startswith("__Host-")
