"""`python server.py serve`: what it prints, where it stops, and the demo (X5)."""

from __future__ import annotations

import re
import socket
import stat
import subprocess
import urllib.request

import pytest

from tests.support.commands import apart, command
from tests.support.house import ServerProcess, free_port

pytestmark = pytest.mark.annex("X5")


def says_one_sentence(done: subprocess.CompletedProcess[str], word: str) -> None:
    assert done.returncode != 0 and done.stdout == ""
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("Error: ") and word in last and "Traceback" not in done.stderr
    if "option" not in word:
        assert done.stderr.count("\n") == 1, done.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "word"),
    [
        (("--port", "abc"), {}, "--port is 'abc'"),
        ((), {"HUB_LOG_FORMAT": "yaml"}, "HUB_LOG_FORMAT is 'yaml'"),
        (("--config", "/no/such/file.toml"), {}, "can't be read"),
        (("--data", "/proc/no"), {}, "/proc/no"),
        (("--no-such-option",), {}, "No such option"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_sentence(tmp_path, arguments, environment, word):
    data = () if "--data" in arguments else ("--data", str(tmp_path / "data"))
    says_one_sentence(command("serve", "--port", free_port(), *data, *arguments, **environment), word)


def test_an_address_of_another_machine_stops_the_start_with_one_sentence(tmp_path):
    done = apart("serve", "--port", str(free_port()), "--data", str(tmp_path / "data"), "--host", "203.0.113.1")
    says_one_sentence(done, "203.0.113.1")


def test_a_port_in_use_stops_the_start_with_one_sentence(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = apart("serve", "--data", str(tmp_path / "data"), "--port", str(port))
    assert done.returncode != 0 and done.stderr.count("\n") == 1
    assert f"127.0.0.1:{port} can't be listened on" in done.stderr and "--port" in done.stderr


def test_the_demo_prints_its_addresses_and_the_same_sign_in_at_every_start(tmp_path):
    data = tmp_path / "data"
    printed = []
    for _ in range(2):
        with ServerProcess(data, "--demo") as server:
            lines = [server.process.stdout.readline() for _ in range(4)]
            printed.append("".join(lines).replace(f":{server.port}", ""))
            for page in ("/demo/", "/panel/", "/docs"):
                assert f"http://localhost:{server.port}{page}" in "".join(lines)
                with urllib.request.urlopen(server.url + page) as answer:
                    assert answer.status == 200
            email, password = re.search(r"sign in as (\S+) with (\S+)", "".join(lines)).groups()
            from tests.support import house

            before, house.PASSWORD = house.PASSWORD, password
            try:
                assert house.sign_in(server.url, email)["application"]["name"] == "Acme Teas"
            finally:
                house.PASSWORD = before
    assert printed[0] == printed[1]
    file = data / "demo-sign-in.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and password in file.read_text()
    file.unlink()
    with ServerProcess(data, "--demo") as server:
        lines = "".join(server.process.stdout.readline() for _ in range(4))
        assert "is gone" in lines and email in lines


def test_secrets_are_in_no_log_and_the_logs_may_be_json(tmp_path):
    server = ServerProcess(
        tmp_path / "data", "--log-format", "json", "--log-level", "debug", "--metrics-token", "very-secret"
    )
    with server:
        urllib.request.urlopen(f"{server.url}/healthz").close()
    import json

    for line in server.log().splitlines():
        assert {"event", "level", "timestamp"} <= set(json.loads(line))
    assert "very-secret" not in server.log()
