"""Starting the system: what stands in the way is said in one sentence, before anything is done."""

import socket

from tools.run import port_problem


def test_a_port_in_use_is_said_with_another_one_to_take():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        assert f"PORT={int(port) + 1} make run" in (port_problem("127.0.0.1", port) or "")
    assert port_problem("127.0.0.1", port) is None


def test_a_port_that_is_none_is_refused():
    assert "no port" in (port_problem("127.0.0.1", "abc") or "")
    assert "no port" in (port_problem("127.0.0.1", "70000") or "")
