"""The sender of the settings is everybody's who has none: signed with its own key, and no application stops another (E4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dkim
import pytest

from hub.core.settings import Settings, SettingsError
from hub.outreach.mail.dkim import new_key, record_of
from hub.outreach.mail.mail import MailLater, MailRefused
from hub.outreach.mail.sender import installation_sender
from hub.outreach.mail.sending import Post, send_mail
from tests.conftest import Company
from tests.mail.conftest import a_mail, sender
from tests.support.exim import PASSWORD, USER, program, running_exim
from tests.support.forms import rest
from tests.support.house import House, eventually, open_house
from tests.support.wayward import Wayward

pytestmark = pytest.mark.annex("E4")


async def two(house: House) -> tuple[Company, Company]:
    return (
        Company(house, await house.application("Acme", "ada@acme.example", "ben@acme.example")),
        Company(house, await house.application("Globex", "gus@globex.example")),
    )


def settings(server: Wayward) -> dict[str, Any]:
    return {"smtp_url": f"smtp://127.0.0.1:{server.port}", "mail_from": "Hub <hub@switchboard.example>"}


async def test_whoever_has_no_sender_uses_it_and_whoever_makes_one_their_own(tmp_path, server):
    async with open_house(tmp_path / "data", fetch_allow="127.0.0.1", **settings(server)) as house:
        acme, globex = await two(house)
        shown = (await rest(acme, "GET", "mail/senders"))["installation"]
        assert (shown["id"], shown["address"], shown["default"]) == (0, "hub@switchboard.example", True)
        now = house.hub.clock.now
        mail = a_mail(at=now())
        assert await send_mail(house.hub, acme.id, mail) == "<one@switchboard.example>"
        await sender(acme, server.port)
        assert (await rest(acme, "GET", "mail/senders"))["installation"]["default"] is False
        assert await send_mail(house.hub, acme.id, mail) == "<one@switchboard.example>", "it is the same mail still"
        assert await send_mail(house.hub, acme.id, a_mail("two", at=now() + 1)) == "<two@acme.example>"
        assert await send_mail(house.hub, globex.id, a_mail("three")) == "<three@switchboard.example>"
        assert [each["From"].addresses[0].domain for each in server.mails] == [
            "switchboard.example", "acme.example", "acme.example", "switchboard.example",
        ]  # fmt: skip
        assert (await rest(acme, "POST", "mail/senders/0/check", {}))["step"] == "done"


async def test_its_trouble_is_shown_to_all_who_wait_for_it(tmp_path, server):
    async with open_house(tmp_path / "data", **settings(server)) as house:
        acme, globex = await two(house)
        server.says["MAIL"] = ["451 slow down"]
        for company in (acme, globex):
            with pytest.raises(MailLater):
                await send_mail(house.hub, company.id, a_mail())
        for company in (acme, globex):
            assert (await rest(company, "GET", "mail/senders"))["installation"]["trouble"]["step"] == "slow"
        assert server.raw == []


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
async def test_it_signs_with_the_key_of_the_settings(tmp_path, server, kind):
    key = new_key("switchboard.example", "hub2026", kind)
    given = settings(server) | {"dkim_key": key.private, "dkim_selector": key.selector}
    async with open_house(tmp_path / "data", **given) as house:
        acme, _ = await two(house)
        (record,) = (await rest(acme, "GET", "mail/senders"))["installation"]["records"]
        assert record == {"kind": kind, "name": "hub2026._domainkey.switchboard.example", "value": record_of(key)}
        await send_mail(house.hub, acme.id, a_mail())
    assert dkim.verify(server.raw[0], dnsfunc=lambda name, timeout=5: record_of(key).encode())


def test_a_key_that_is_none_is_said_at_the_start_without_showing_it():
    broken = "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----"
    with pytest.raises(SettingsError, match="HUB_DKIM_KEY can't be used") as error:
        installation_sender(Settings(smtp_url="smtp://127.0.0.1", mail_from="a@b.example", dkim_key=broken))
    assert "secret" not in str(error.value)


@pytest.mark.skipif(program() is None, reason="Exim is not installed")
async def test_it_signs_in_over_starttls_at_a_real_server(tmp_path: Path, monkeypatch):
    with running_exim() as exim:
        monkeypatch.setenv("SSL_CERT_FILE", str(exim.authority))
        user, password = USER.replace("@", "%40"), PASSWORD.replace(" ", "%20")
        url = f"smtp://{user}:{password}@127.0.0.1:{exim.port}"
        for number, more in enumerate(("?starttls=1", "")):  # it has to, or may: this server signs in over TLS alone
            given = {"smtp_url": url + more, "mail_from": "hub@switchboard.example"}
            async with open_house(tmp_path / str(number), **given) as house:
                acme, _ = await two(house)
                await send_mail(house.hub, acme.id, a_mail(str(number)))
        await eventually(lambda: len(exim.raw) == 2, 15)


async def test_addresses_in_other_letters_go_where_the_server_can_take_them(tmp_path, server):
    async with open_house(tmp_path / "data", **settings(server)) as house:
        acme, _ = await two(house)
        await send_mail(house.hub, acme.id, a_mail("one", to="vera@żółw.example"))
        assert "RCPT TO:<vera@xn--w-uga1v8h.example>" in server.heard
        with pytest.raises(MailRefused, match="ASCII"):
            await send_mail(house.hub, acme.id, a_mail("two", to="żaneta@example.com"))
        server.says["EHLO"] = ["250 SMTPUTF8"]
        house.hub.part(Post).close()
        await send_mail(house.hub, acme.id, a_mail("three", to="żaneta@example.com"))
        assert "To: żaneta@example.com".encode() in server.raw[-1]


async def test_a_form_knows_whether_its_mails_have_a_sender(tmp_path, server):
    async with open_house(tmp_path / "data", fetch_allow="127.0.0.1") as house:
        acme, globex = await two(house)
        field = {"key": "email", "kind": "email", "label": {"en": "E-mail"}, "required": True}
        form = await rest(acme, "POST", "forms", {"name": "News", "fields": [field], "double_opt_in": True})
        assert form["can_mail"] is False
        await sender(globex, server.port)
        assert (await rest(acme, "GET", f"forms/{form['id']}"))["can_mail"] is False
        await sender(acme, server.port)
        assert (await rest(acme, "GET", f"forms/{form['id']}"))["can_mail"] is True
