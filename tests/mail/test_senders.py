"""An application has senders of its own; nobody sees their secrets, and nobody else's mails go over them (E4)."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from hub.outreach.mail.sender import message_id
from hub.outreach.mail.sending import can_mail, send_mail
from tests.mail.conftest import a_mail, sender
from tests.support.forms import rest

pytestmark = pytest.mark.annex("E4")


async def refused(company: Any, method: str, path: str, body: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {await company.token()}"}
    async with (
        aiohttp.ClientSession(company.house.url, headers=headers) as http,
        http.request(method, f"/api/app/{path}", json=body) as response,
    ):
        assert response.status >= 400, await response.text()
        return await response.json(content_type=None)


async def test_the_first_sender_is_the_default_and_another_one_can_be(acme, house):
    assert await rest(acme, "GET", "mail/senders") == {"senders": [], "installation": None}
    assert not await can_mail(house.hub, acme.id)
    one = await sender(acme, 2525, name="Shop", from_name="Acme's shop", user="hub", password="secret one")
    two = await sender(acme, 2526, address="help@Help.Acme.example", rate=60)
    assert (one["default"], two["default"], two["rate"], two["dkim_domain"]) == (True, False, 60, "help.acme.example")
    assert await can_mail(house.hub, acme.id)
    await rest(acme, "PATCH", f"mail/senders/{two['id']}", {"default": True})
    known = (await rest(acme, "GET", "mail/senders"))["senders"]
    assert [(each["id"], each["default"]) for each in known] == [(one["id"], False), (two["id"], True)]
    await rest(acme, "DELETE", f"mail/senders/{two['id']}")
    (left,) = (await rest(acme, "GET", "mail/senders"))["senders"]
    assert left["default"] and left["from_name"] == "Acme's shop"


async def test_secrets_are_never_shown_and_only_whether_there_is_one(acme, house):
    made = await sender(acme, 2525, user="hub", password="secret one", dkim=["rsa", "ed25519"])
    changed = await rest(acme, "PATCH", f"mail/senders/{made['id']}", {"name": "Shop"})
    listed = await rest(acme, "GET", "mail/senders")
    for shown in (made, changed, listed):
        assert "secret one" not in str(shown) and "PRIVATE" not in str(shown)
    assert made["password"] is True and [each["kind"] for each in made["records"]] == ["rsa", "ed25519"]
    assert made["records"][0]["value"].startswith("v=DKIM1; k=rsa; p=MII")
    assert made["records"][1]["name"].endswith("._domainkey.acme.example") and made["sign"] is False


async def test_a_key_that_is_left_out_goes_and_comes_back_as_a_new_one(acme, house):
    made = await sender(acme, 2525, dkim=["ed25519"])
    path = f"mail/senders/{made['id']}"
    both = await rest(acme, "PATCH", path, {"dkim": ["ed25519", "rsa"]})
    assert both["records"][0] == made["records"][0] and len(both["records"]) == 2
    await rest(acme, "PATCH", path, {"dkim": ["rsa"]})
    again = await rest(acme, "PATCH", path, {"dkim": ["rsa", "ed25519"]})
    assert again["records"][0] == both["records"][1] and again["records"][1]["name"] != made["records"][0]["name"]


async def test_a_password_does_not_go_to_another_server(acme, house):
    made = await sender(acme, 2525, user="hub", password="secret one")
    path = f"mail/senders/{made['id']}"
    for elsewhere in ({"host": "mail.eve.example"}, {"port": 2526}):
        assert (await refused(acme, "PATCH", path, elsewhere))["details"]["reason"] == "mail_password"
    moved = await rest(acme, "PATCH", path, {"host": "mail.acme.example", "password": "another"})
    assert moved["host"] == "mail.acme.example"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"address": "no address"}, "email"),
        ({"address": "a@acme.example>\r\nBcc: all@example.com"}, "email"),
        ({"address": "a@-acme.example"}, "email"),
        ({"host": "https://mail.acme.example"}, "mail_host"),
        ({"host": "mail.acme.example evil"}, "mail_host"),
        ({"host": ""}, "mail_host"),
        ({"dkim_domain": "globex.example"}, "mail_dkim_domain"),
        ({"dkim_domain": "example"}, "mail_dkim_domain"),
        ({"from_name": "Acme\r\nBcc: all@example.com"}, None),
        ({"port": 0}, "shape"),
        ({"rate": -1}, "shape"),
        ({"security": "offered"}, "shape"),
        ({"dkim": ["dsa"]}, "shape"),
    ],
)
async def test_what_can_be_no_sender_is_said_and_nothing_is_made(acme, wrong, reason):
    given = {"address": "hello@acme.example", "host": "mail.acme.example"} | wrong
    found = await refused(acme, "POST", "mail/senders", given)
    assert found["code"] == "invalid_payload" and found.get("details", {}).get("reason") == reason, found
    assert (await rest(acme, "GET", "mail/senders"))["senders"] == []


async def test_globex_neither_sees_nor_uses_the_senders_of_acme(acme, globex, house, server):
    made = await sender(acme, server.port)
    assert (await rest(globex, "GET", "mail/senders"))["senders"] == [] and not await can_mail(house.hub, globex.id)
    path = f"mail/senders/{made['id']}"
    for method, where, body in (("PATCH", path, {"name": "x"}), ("DELETE", path, None), ("POST", f"{path}/check", {})):
        assert (await refused(globex, method, where, body))["code"] == "not_found"
    other = await sender(globex, 2525, address="hi@globex.example")
    assert other["id"] != made["id"] and await message_id(house.hub, globex.id, "x", 2**50) == "<x@globex.example>"
    assert await send_mail(house.hub, acme.id, a_mail()) == "<one@acme.example>"
    assert [str(each["From"]) for each in server.mails] == ['"Ada (Acme)" <hello@acme.example>']


async def test_only_owners_see_and_change_senders(acme, house):
    headers = {"Authorization": f"Bearer {await acme.token('ben@acme.example')}"}
    async with aiohttp.ClientSession(house.url, headers=headers) as http:
        assert (await http.get("/api/app/mail/senders")).status == 403
        body = {"address": "hello@acme.example", "host": "mail.acme.example"}
        assert (await http.post("/api/app/mail/senders", json=body)).status == 403


async def test_a_mail_that_is_tried_again_is_the_same_mail_after_its_sender_has_changed(acme, house, server):
    """A server may have taken it without our hearing of that: readers must see one mail then, so its id has to stay."""
    now = house.hub.clock.now
    one = await sender(acme, server.port)
    mail = a_mail(at=now())
    first = await send_mail(house.hub, acme.id, mail)
    await rest(acme, "PATCH", f"mail/senders/{one['id']}", {"address": "hello@new.example"})
    assert await send_mail(house.hub, acme.id, mail) == first == "<one@acme.example>"
    await sender(acme, server.port, address="hello@other.example", default=True)
    await rest(acme, "DELETE", f"mail/senders/{one['id']}")
    assert await send_mail(house.hub, acme.id, mail) == first
    assert await send_mail(house.hub, acme.id, a_mail("two", at=now() + 1)) == "<two@other.example>"
    assert {each["Message-ID"] for each in server.mails[:3]} == {first} and len(server.mails) == 4
    assert server.mails[2]["From"].addresses[0].addr_spec == "hello@other.example"


async def test_a_sender_that_is_named_is_used_and_one_that_is_gone_is_replaced(acme, house, server):
    await sender(acme, 2525)
    other = await sender(acme, server.port, address="help@acme.example", from_name="Help")
    await send_mail(house.hub, acme.id, a_mail(sender=""), other["id"])
    assert str(server.mails[0]["From"]) == "Help <help@acme.example>"
    await rest(acme, "PATCH", f"mail/senders/{other['id']}", {"default": True})
    await send_mail(house.hub, acme.id, a_mail("two"), 999)
    assert len(server.mails) == 2
