"""Mailboxes are set up by owners: tried step by step, never shown with their password, each for its own application (E5)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hub.outreach.collections import MAILBOXES
from hub.outreach.inbox.addresses import mark_of, read_mark, reply_address
from storage.engine import Scope
from tests.outreach.conftest import Post
from tests.support.dovecot import PASSWORD, running_dovecot
from tests.support.forms import rest

pytestmark = pytest.mark.annex("E5")


async def check(acme: Any, **body: Any) -> dict[str, Any]:
    return await rest(acme, "POST", "mail/mailboxes/check", body)


async def test_a_mailbox_is_tried_step_by_step(acme, dovecot):
    dovecot.box("tried")
    good = {"host": "127.0.0.1", "port": dovecot.port, "security": "none", "user": "tried", "password": PASSWORD}
    assert await check(acme, **good) == {"step": "done", "said": "", "idle": True}
    for change, step in (
        ({"password": "wrong"}, "sign_in"), ({"folder": "Nowhere"}, "folder"), ({"port": 1}, "connect"),
        ({"security": "tls"}, "tls"), ({"security": "starttls"}, "tls"), ({"host": "no.such.host.invalid"}, "connect"),
        ({"host": "127.1.2.3"}, "address"),
    ):  # fmt: skip
        found = await check(acme, **(good | change))
        assert (found["step"], bool(found["said"])) == (step, True), change
    for wrong in ({"user": ""}, {"port": 70_000}, {"security": "maybe"}, {"folder": 5}):
        with pytest.raises(AssertionError, match="invalid_payload"):
            await check(acme, **(good | wrong))


async def test_the_password_is_never_shown_and_never_sent_to_another_server(acme, post):
    shown = await rest(acme, "GET", "mail/mailboxes")
    assert PASSWORD not in str(shown) and "password" not in shown["mailboxes"][0]
    id = post.box["id"]
    assert (await check(acme, mailbox=id))["step"] == "done"
    for moved in ({"host": "evil.example"}, {"port": 1143}, {"user": "eve"}):
        with pytest.raises(AssertionError, match="password"):
            await check(acme, mailbox=id, **moved)
        with pytest.raises(AssertionError, match="password"):
            await rest(acme, "PATCH", f"mail/mailboxes/{id}", moved)
    changed = await rest(acme, "PATCH", f"mail/mailboxes/{id}", {"begins": False, "checker": " mx.acme.example "})
    assert (changed["begins"], changed["checker"]) == (False, "mx.acme.example")
    kept = await acme.house.hub.store.get(Scope(acme.id), MAILBOXES, id)
    assert kept["password"] == PASSWORD and kept["reading"] is not None
    await post.phase("connected")


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "support+x@acme.example"}, {"address": "nobody"}, {"host": " "}, {"user": "a\r\nb"}, {"group": 77},
        {"folder": ""}, {"port": 0}, {"extra": 1},
    ],
)  # fmt: skip
async def test_what_makes_no_mailbox_is_refused(acme, wrong):
    body = {"address": "support@acme.example", "host": "127.0.0.1", "user": "x", "password": "x"}
    with pytest.raises(AssertionError, match="invalid_payload"):
        await rest(acme, "POST", "mail/mailboxes", body | wrong)
    assert (await rest(acme, "GET", "mail/mailboxes"))["mailboxes"] == []


async def test_one_address_is_one_mailbox(acme, post):
    body = {"address": "Support@ACME.example", "host": "127.0.0.1", "user": "x", "password": "x"}
    with pytest.raises(AssertionError, match="address"):
        await rest(acme, "POST", "mail/mailboxes", body)
    await rest(acme, "DELETE", f"mail/mailboxes/{post.box['id']}")
    await rest(acme, "POST", "mail/mailboxes", body)


async def test_only_owners_see_mailboxes(acme):
    import aiohttp

    headers = {"Authorization": f"Bearer {await acme.token('ben@acme.example')}"}
    async with aiohttp.ClientSession(acme.house.url, headers=headers) as http:
        for method, path in (
            ("GET", "mail/mailboxes"),
            ("POST", "mail/mailboxes/check"),
            ("DELETE", "mail/mailboxes/1"),
        ):
            async with http.request(method, f"/api/app/{path}", json={} if method == "POST" else None) as response:
                assert response.status == 403


async def test_a_mark_fits_one_conversation_one_person_and_one_application(acme, globex, post):
    hub = acme.house.hub
    address = await reply_address(hub, acme.id, 7, ("contact", 9))
    assert len(address.partition("@")[0]) <= 64 and read_mark(hub, acme.id, address.upper(), "support@acme.example")
    assert read_mark(hub, globex.id, address, "support@acme.example") is None
    assert await reply_address(hub, globex.id, 7, ("contact", 9)) == "", "it has no mailbox"
    mark = mark_of(hub, acme.id, 7, ("contact", 9))
    head, code = mark[:-17], mark[-16:]
    for forged in (f"c8-9-{code}", f"c7-8-{code}", f"a7-9-{code}", f"{head}-{code[::-1]}", code, f"{mark}x"):
        assert (
            forged == mark or read_mark(hub, acme.id, f"support+{forged}@acme.example", "support@acme.example") is None
        )
    long = await reply_address(hub, acme.id, 2**53, ("contact", 2**53))
    found = read_mark(hub, acme.id, long, "support@acme.example")
    assert found and (found.conversation, found.who) == (2**53, ("contact", 2**53))


async def test_a_mailbox_behind_tls_is_read_where_its_certificate_is_good(acme, tmp_path: Path, monkeypatch):
    import subprocess

    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    with running_dovecot(certificate=(cert, key)) as dovecot:
        post = Post(acme, dovecot)
        body = {"host": "127.0.0.1", "user": "x", "password": PASSWORD}
        for security, port in (("tls", dovecot.tls_port), ("starttls", dovecot.port)):
            found = await check(acme, **body, security=security, port=port)
            assert found["step"] == "tls" and "certificate" in found["said"]
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        for security, port in (("tls", dovecot.tls_port), ("starttls", dovecot.port)):
            assert (await check(acme, **body, security=security, port=port))["step"] == "done"
        await post.open(security="tls", port=dovecot.tls_port)
