"""Whoever is counted by address is counted by their line."""

import pytest

from server.lines import line_of


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::", "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", ""),
        ("not:an:address", "not:an:address"),
    ],
)
def test_a_line_is_the_network_of_an_ipv6_address(address, line):
    assert line_of(address) == line


def test_another_address_of_the_same_line_gives_no_fresh_tries(client):
    def status(address, login):
        sent = {"login": login, "password": "guess"}
        return client.post("/api/v1/session", json=sent, environ_overrides={"REMOTE_ADDR": address}).status_code

    tried = [status(f"2001:db8:1:2::{turn:x}", f"nobody{turn}") for turn in range(101)]
    assert (tried[0], tried[-1]) == (401, 429)
    assert status("2001:db8:1:3::1", "nobody-else") == 401
