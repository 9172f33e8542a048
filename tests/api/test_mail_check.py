"""The mail server of the settings is tried step by step, and the step that fails is named (E4)."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.conftest import Company
from tests.support.forms import rest
from tests.support.house import free_port, open_house

pytestmark = pytest.mark.annex("E4")


class Mailbox:
    """A real mail server that wants a password."""

    def __init__(self) -> None:
        self.to: list[str] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("nobody"):
            return "550 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.to += envelope.rcpt_tos
        return "250 OK"


def allowed(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"hub", b"right")
    return AuthResult(success=right, handled=right)  # else the server itself says no


@pytest.fixture
def box() -> Any:
    box = Mailbox()
    server = Controller(
        box, hostname="127.0.0.1", port=free_port(), authenticator=allowed, auth_required=True, auth_require_tls=False
    )
    server.start()
    box.port = server.port  # type: ignore[attr-defined]
    yield box
    server.stop()


async def company(tmp_path: Path, **settings: Any) -> AsyncIterator[Company]:
    async with open_house(tmp_path / "data", **settings) as house:
        made = Company(house, await house.application("Acme", "ada@acme.example", "ben@acme.example"))
        yield made
        await made.go_home()


def settings(url: str) -> dict[str, Any]:
    return {"smtp_url": url, "mail_from": "Hub <hub@switchboard.example>"}


async def checked(tmp_path: Path, body: dict[str, Any], **given: Any) -> dict[str, Any]:
    async for acme in company(tmp_path, **given):
        return await rest(acme, "POST", "mail/check", body)
    raise AssertionError


async def test_a_mail_server_that_works_takes_a_mail_to_whoever_asks_or_is_named(tmp_path, box):
    found = await checked(tmp_path, {}, **settings(f"smtp://hub:right@127.0.0.1:{box.port}"))
    assert found == {"step": "done", "said": "", "to": "ada@acme.example"} and box.to == ["ada@acme.example"]


@pytest.mark.parametrize(
    ("url", "to", "step", "said"),
    [
        ("smtp://hub:wrong@127.0.0.1:{port}", "", "sign_in", "535"),
        ("smtp://hub:right@127.0.0.1:{port}", "nobody@example.com", "send", "550"),
        ("smtp://hub:right@127.0.0.1:{port}?starttls=1", "", "tls", "STARTTLS"),
        ("smtps://hub:right@127.0.0.1:{port}", "", "tls", "SSL"),
        ("smtp://127.0.0.1:{closed}", "", "connect", "onnect"),
    ],
)
async def test_the_step_that_fails_is_named_with_what_was_said_there(tmp_path, box, url, to, step, said):
    url = url.format(port=box.port, closed=free_port())
    found = await checked(tmp_path, {"to": to}, **settings(url))
    assert found["step"] == step and said in found["said"] and "right" not in found["said"], found
    assert box.to == []


async def test_without_a_mail_server_that_is_what_is_said(tmp_path):
    assert (await checked(tmp_path, {}))["step"] == "settings"


async def test_a_server_that_says_nothing_is_not_waited_for_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr("hub.outreach.mail.checking._TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        found = await checked(tmp_path, {}, **settings(f"smtp://127.0.0.1:{silent.getsockname()[1]}"))
    assert found["step"] == "connect"


async def test_only_owners_try_the_mail_server(tmp_path):
    async for acme in company(tmp_path):
        headers = {"Authorization": f"Bearer {await acme.token('ben@acme.example')}"}
        async with aiohttp.ClientSession(acme.house.url, headers=headers) as http:
            assert (await http.post("/api/app/mail/check", json={})).status == 403
            assert (await http.put("/api/app/away", json={"mail": False})).status == 403
