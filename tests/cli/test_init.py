"""`python server.py init`: an application with its keys, with and without a running server (X5)."""

from __future__ import annotations

import json
import stat
import subprocess

import pytest

from tests.support.commands import apart, command
from tests.support.house import PASSWORD, ServerProcess, run_init, sign_in

pytestmark = pytest.mark.annex("X5")


def refused(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode != 0 and done.stdout == "" and "Traceback" not in done.stderr
    return done.stderr


def arguments(folder, **changed: str) -> list[str]:
    given = {
        "data": str(folder),
        "name": "Acme",
        "agent-email": "ada@acme.example",
        "agent-password": PASSWORD,
    } | changed
    return [part for name, value in given.items() for part in (f"--{name}", value)]


def test_the_json_has_every_key_at_its_length(tmp_path):
    origins = ("--origin", "https://Shop.example/", "--origin", "http://localhost:3000")
    done = apart("init", *arguments(tmp_path / "data"), *origins, "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert set(made) == {"application", "widget_key", "api_key", "mobile_key", "identity_secret", "agent"}
    assert (len(made["widget_key"]), len(made["api_key"]), len(made["mobile_key"])) == (6, 64, 64)
    assert len(made["identity_secret"]) >= 32 and made["widget_key"].isalnum() and made["api_key"].isalnum()
    assert made["application"]["name"] == "Acme" and isinstance(made["application"]["id"], int)
    assert made["application"]["origins"] == ["https://shop.example", "http://localhost:3000"]
    assert (made["agent"]["email"], made["agent"]["name"]) == ("ada@acme.example", "Ada")


def test_beside_a_running_server_it_is_there_at_once_and_without_one_it_is_there_later(tmp_path):
    data = tmp_path / "data"
    first = run_init(data)
    with ServerProcess(data) as server:
        control = data / "hub.sock"
        assert stat.S_IMODE(control.stat().st_mode) == 0o600
        done = apart("init", *arguments(data, name="Globex", **{"agent-email": "gus@globex.example"}), "--json")
        assert done.returncode == 0, done.stderr
        second = json.loads(done.stdout)
        assert sign_in(server.url, "ada@acme.example")["application"]["id"] == first["application"]["id"]
        assert sign_in(server.url, "gus@globex.example")["application"]["id"] == second["application"]["id"]
        # a person who exists keeps the password, which has to be the one given
        third = run_init(data, "Third", "ADA@acme.example")
        assert {choice["name"] for choice in sign_in(server.url)["applications"]} == {"Acme", "Third"}
        assert sign_in(server.url, application=third["application"]["id"])["application"]["name"] == "Third"
        words = refused(apart("init", *arguments(data, name="Fourth", **{"agent-password": "another password"})))
        assert "already signs in here with another password" in words and words.count("\n") == 1
        server.kill()
    fifth = run_init(data, "Fifth", "gus@globex.example")  # the killed server left its socket behind
    assert fifth["application"]["id"] not in (first["application"]["id"], second["application"]["id"])
    words = refused(command("init", *arguments(data, **{"agent-password": "another password"})))
    assert "another password" in words


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"agent-email": "ada"}, "not an e-mail address"),
        ({"agent-password": "short"}, "at least 10 characters"),
        ({"name": "  "}, "needs a name"),
        ({"origin": "shop.example"}, "is not an origin"),
        ({"locale": "xx"}, "locale"),
        ({"data": "/proc/no"}, "/proc/no"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path, changed, word):
    words = refused(command("init", *arguments(tmp_path / "data", **changed)))
    assert word in words.strip().splitlines()[-1]


def test_as_text_it_tells_that_the_keys_are_shown_only_now(tmp_path):
    done = command("init", *arguments(tmp_path / "data"))
    assert done.returncode == 0 and "only now" in done.stdout and "API key" in done.stdout
    with pytest.raises(json.JSONDecodeError):
        json.loads(done.stdout)
