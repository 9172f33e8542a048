"""Mails over Debian's Exim: TLS with a certificate that is looked at, a password, and signatures that hold on arrival (E4)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dkim
import pytest

from hub.outreach.mail.mail import MailLater, MailRefused
from hub.outreach.mail.sending import send_mail
from tests.mail.conftest import a_mail, sender
from tests.support.exim import PASSWORD, USER, Exim, running_exim
from tests.support.forms import rest
from tests.support.house import eventually

pytestmark = [
    pytest.mark.annex("E4"),
    pytest.mark.parametrize("house", ["sqlite"], indirect=True),
]
SIGNED_IN: dict[str, Any] = {"user": USER, "password": PASSWORD, "security": "starttls"}


@pytest.fixture
def exim(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Exim]:
    with running_exim(**getattr(request, "param", {})) as exim:
        monkeypatch.setenv("SSL_CERT_FILE", str(exim.authority))
        yield exim


def records(made: dict[str, Any]) -> dict[bytes, bytes]:
    return {f"{each['name']}.".encode(): each["value"].encode() for each in made["records"]}


@pytest.mark.parametrize(("exim", "security"), [({}, "starttls"), ({"tls": True}, "tls")], indirect=["exim"])
async def test_mails_arrive_over_tls_and_their_signatures_hold(acme, house, exim, security):
    signing = {"sign": True, "dkim": ["rsa", "ed25519"]}
    made = await sender(acme, exim.port, **SIGNED_IN | signing | {"security": security})
    headers = (
        ("List-Unsubscribe", f"<https://hub.example/{'u' * 200}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    )
    mails = [a_mail(f"mail-{number}", headers=headers, text=f".\n..\n{number} żółw\n.\n") for number in range(3)]
    await asyncio.gather(*(send_mail(house.hub, acme.id, each) for each in mails))
    await eventually(lambda: len(exim.raw) == 3, 15)
    for raw, mail in zip(exim.raw, exim.mails, strict=True):
        for place in range(2):
            check = dkim.DKIM(raw)
            assert check.verify(place, dnsfunc=lambda name, timeout=5: records(made).get(name))
            assert b"list-unsubscribe-post" in check.include_headers
        assert "żółw" in mail.get_body(("plain",)).get_content()
        assert "esmtpsa" in mail["Received"], "over TLS, and signed in"
    assert {str(each["Message-ID"]) for each in exim.mails} == {f"<mail-{number}@acme.example>" for number in range(3)}


@pytest.mark.parametrize("exim", [{"most": 2}], indirect=True)
async def test_a_server_that_takes_only_some_mails_over_one_connection_gets_them_all(acme, house, exim):
    await sender(acme, exim.port, **SIGNED_IN)
    for number in range(5):
        await send_mail(house.hub, acme.id, a_mail(f"mail-{number}"))
    await eventually(lambda: len(exim.raw) == 5, 15)
    assert len({str(each["Message-ID"]) for each in exim.mails}) == 5
    assert (await rest(acme, "GET", "mail/senders"))["senders"][0]["trouble"] is None


async def test_refusals_of_one_recipient_are_of_that_mail_alone(acme, house, exim):
    await sender(acme, exim.port, **SIGNED_IN)
    with pytest.raises(MailRefused, match="550 no such user"):
        await send_mail(house.hub, acme.id, a_mail("one", to="nobody@example.com"))
    with pytest.raises(MailLater, match="451 come back later"):
        await send_mail(house.hub, acme.id, a_mail("two", to="later@example.com"))
    await send_mail(house.hub, acme.id, a_mail("three"))
    await eventually(lambda: len(exim.raw) == 1, 15)


@pytest.mark.parametrize(
    ("given", "step"),
    [
        ({"password": "another"}, "sign_in"),
        ({"security": "none"}, "sign_in"),
        ({"security": "tls"}, "tls"),
        ({"host": "localhost"}, "tls"),
        ({}, "done"),
    ],
)
async def test_the_check_names_the_step_that_fails(acme, house, exim, given, step):
    made = await sender(acme, exim.port, **SIGNED_IN | given)
    found = await rest(acme, "POST", f"mail/senders/{made['id']}/check", {})
    assert (found["step"], found["to"]) == (step, "ada@acme.example"), found
    assert PASSWORD not in found["said"]
    if step == "done":
        await eventually(lambda: exim.raw, 15)


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(acme, house, exim, monkeypatch, tmp_path: Path):
    monkeypatch.delenv("SSL_CERT_FILE")
    await sender(acme, exim.port, **SIGNED_IN)
    with pytest.raises(MailLater, match="certificate"):
        await send_mail(house.hub, acme.id, a_mail("one"))
    (only,) = (await rest(acme, "GET", "mail/senders"))["senders"]
    assert only["trouble"]["step"] == "tls"
