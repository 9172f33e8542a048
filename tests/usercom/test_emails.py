"""E-mail templates and e-mails over REST, in both versions, with a real mail server (API1.16, API10)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from hub.core.errors import InvalidPayload
from hub.core.rendering import render
from hub.outreach.collections import CAMPAIGNS, EMAILS
from hub.people.collections import CONTACTS, HISTORY
from storage.engine import Scope
from tests.support.house import House, eventually, open_house
from tests.support.mailbox import Mailbox
from tests.support.people import settled

BASE = "/api/public"
V2 = {"Accept": "*/*; version=2"}
HELLO = {
    "name": "Hello",
    "subject": "Tea for {{ user.first_name }}",
    "content": "<p>Hi {{ user.first_name }}, {{ user.colour }}</p>",
}


@pytest.fixture
async def box() -> AsyncIterator[tuple[Mailbox, str]]:
    box = Mailbox()
    box.open()
    yield box, f"{box.url}?starttls=0"
    box.close()


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request: pytest.FixtureRequest, tmp_path: Path, box: tuple[Mailbox, str]) -> AsyncIterator[House]:
    """A hub with a mail server, once on each engine."""
    settings: dict[str, Any] = {"smtp_url": box[1], "mail_from": "Hub <hub@switchboard.example>"}
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    async with open_house(tmp_path / "data", **settings) as house:
        yield house
    assert house.log.tracebacks == []


async def user_named(api: Any, address: str, **more: Any) -> int:
    made = await api.post(f"{BASE}/users/", {"email": address, "first_name": "Vera <3", **more})
    assert made.status == 201, made.body
    return int(made.json["id"])


async def statuses(api: Any, user: int) -> list[str]:
    return [each["status"] for each in (await api.get(f"{BASE}/users/{user}/emails/")).json["results"]]


@pytest.mark.annex("API10.2", "API10.3", "API10.4")
@pytest.mark.parametrize("version", [{}, V2])
async def test_a_template_is_made_changed_listed_and_deleted_and_its_versions_are_kept(api, version):
    made = await api.post(f"{BASE}/email-templates/", HELLO, headers=version)
    one = made.json
    assert made.status == 201
    assert list(one) == ["id", "name", "subject", "content", "version", "created_at", "updated_at"]
    assert one == one | HELLO | {"version": 1} and one["created_at"].endswith("000Z")
    address = f"{BASE}/email-templates/{one['id']}"
    changed = await api("PUT", f"{address}/", {"content": "<p>Bye</p>"}, headers=version)
    assert (changed.status, changed.json["version"], changed.json["subject"]) == (200, 2, HELLO["subject"])
    assert (await api("PATCH", address, {"content": "<p>Bye</p>"}, headers=version)).json["version"] == 2
    page = (await api.get(f"{BASE}/email-templates", headers=version)).json
    assert (page["count"], page["next"], page["previous"], page["results"]) == (1, None, None, [changed.json])
    versions = (await api.get(f"{address}/versions/", headers=version)).json["results"]
    assert [(each["version"], each["content"]) for each in versions] == [(2, "<p>Bye</p>"), (1, HELLO["content"])]
    assert (await api.get(f"{address}/?version=1")).json["content"] == HELLO["content"]
    assert (await api.get(f"{address}/?version=3")).status == 404
    assert (await api("DELETE", f"{address}/", headers=version)).status == 204
    for path in ("", "/versions"):
        assert (await api.get(f"{address}{path}/")).json == {"detail": "Not found."}


@pytest.mark.annex("API10.3")
async def test_a_template_is_filled_in_for_a_user_and_values_are_escaped(api):
    user = await user_named(api, "vera@shop.example", colour="blue")
    id = (await api.post(f"{BASE}/email-templates/", HELLO)).json["id"]
    read = await api.post(f"{BASE}/email-templates/{id}/render/", {"user_id": user})
    assert (read.status, read.json) == (200, {
        "subject": "Tea for Vera <3", "content": "<p>Hi Vera &lt;3, blue</p>", "text": "Hi Vera <3, blue",
    })  # fmt: skip
    nobody = (await api.post(f"{BASE}/email-templates/{id}/render/", {})).json
    assert nobody["content"] == "<p>Hi , </p>"
    assert (await api.post(f"{BASE}/email-templates/{id}/render/", {"user_id": 99_999})).status == 404


@pytest.mark.annex("API10.1", "API1.16")
async def test_an_e_mail_goes_to_each_user_but_not_to_those_who_unsubscribed(api, acme, box, house):
    mailbox, _ = box
    vera = await user_named(api, "vera@shop.example", colour="blue")
    walt = await user_named(api, "walt@shop.example", unsubscribed=True)
    nobody = (await api.post(f"{BASE}/users/", {"first_name": "Nobody", "user_id": "n@1"}, headers=V2)).json["id"]
    template = (await api.post(f"{BASE}/email-templates/", HELLO)).json["id"]
    agent = (await acme.agent()).session["agent"]
    body = {"author": "ada@acme.example", "subject": "x", "content": "y", "receivers": f"{vera}, {walt},{nobody}",
            "smtp": 1, "template": template}  # fmt: skip
    sent = await api.post(f"{BASE}/emails/send/", body)
    assert sent.status == 200 and list(sent.json) == ["campaign"]

    await settled(house)
    assert [await statuses(api, each) for each in (vera, walt, nobody)] == [["sent"], ["unsubscribed"], ["failed"]]
    (mail,) = mailbox.mails
    assert (mail["To"], mail["Subject"]) == ("vera@shop.example", "Tea for Vera <3")
    assert mail["From"] == f"{agent['name']} <hub@switchboard.example>"
    assert mail.get_body(("plain",)).get_content().strip() == "Hi Vera <3, blue"
    assert "Vera &lt;3" in mail.get_body(("html",)).get_content()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    way_out = mail["List-Unsubscribe"].strip("<> \r\n").removeprefix(house.hub.settings.base_url())
    async with aiohttp.ClientSession(house.url) as mail_program:
        answer = await mail_program.post(way_out, data="List-Unsubscribe=One-Click")
        assert answer.status == 200 and "unsubscribed" in await answer.text()
    assert (await api.get(f"{BASE}/users/{vera}/", headers=V2)).json["unsubscribed"] is True
    (one,) = (await api.get(f"{BASE}/users/{vera}/emails", headers=V2)).json["results"]
    assert list(one) == ["id", "status", "created_at", "sent_at", "opened_at", "clicked_at", "subject"]
    assert one["sent_at"].endswith("000Z") and (one["opened_at"], one["clicked_at"]) == (None, None)
    assert (await api.get(f"{BASE}/users-by-id/n@1/emails/")).json["count"] == 1


@pytest.mark.annex("U5", "API10.1")
async def test_a_segment_knows_who_received_an_e_mail_and_which(api, panel_api, box, house):
    vera, walt = await user_named(api, "vera@shop.example"), await user_named(api, "walt@shop.example")
    hello = (await api.post(f"{BASE}/email-templates/", HELLO)).json["id"]
    other = (await api.post(f"{BASE}/email-templates/", HELLO | {"name": "Other"})).json["id"]
    segments = {}
    for name, more in (
        ("any", {}),
        ("hello", {"email": hello}),
        ("other", {"email": other}),
        ("twice", {"at_least": 2}),
    ):
        where = {"type": "email", "did": "received", **more}
        segments[name] = (await panel_api("segments", {"name": name, "subject": "contact", "where": where}))["id"]
    await api.post(f"{BASE}/emails/send/", {"receivers": [vera], "template": hello})
    await eventually(lambda: len(box[0].mails) == 1, 10)
    await settled(house)

    async def inside(user: int) -> set[str]:
        document = await house.hub.store.get(Scope(1), CONTACTS, user)
        return {name for name, id in segments.items() if id in (document.get("segments") or [])}

    assert (await inside(vera), await inside(walt)) == ({"any", "hello"}, set())
    await api.post(f"{BASE}/emails/send/", {"receivers": [vera, walt], "subject": "Hi", "content": "Tea"})
    await eventually(lambda: len(box[0].mails) == 3, 10)
    await settled(house)
    assert (await inside(vera), await inside(walt)) == ({"any", "hello", "twice"}, {"any"})


@pytest.mark.annex("API10.1")
async def test_a_call_that_is_sent_again_mails_once_and_a_refusal_of_the_server_is_told(api, box, house):
    mailbox, _ = box
    vera = await user_named(api, "vera@shop.example")
    body = {"subject": "Hi", "content": "<b>Tea</b>", "receivers": [vera], "custom_sender": "Shop <x@shop.example>"}
    key = {"Idempotency-Key": "once"}
    first, again = [await api.post(f"{BASE}/emails/send-custom-domain/", body, headers=key) for _ in range(2)]
    assert first.json == again.json
    await eventually(lambda: mailbox.mails, 10)
    assert mailbox.mails[0]["From"] == "Shop <hub@switchboard.example>"
    mailbox.refuse = "550 No such user"
    await api.post(f"{BASE}/emails/send/", body)
    await eventually(lambda: any(event == "an e-mail was refused" for _, event, _ in house.log.lines), 10)
    await settled(house)
    assert await statuses(api, vera) == ["sent", "refused"] and len(mailbox.mails) == 1
    told = await house.hub.store.read(Scope(1), HISTORY, vera)
    assert [(each["kind"], each["word"], each["name"]) for each in told] == [
        ("email", "sent", "Hi"), ("email", "refused", "Hi"),
    ]  # fmt: skip


@pytest.mark.annex("API1.16")
async def test_e_mails_follow_a_user_that_is_merged_and_go_with_one_that_is_erased(api, acme, house):
    vera, walt = await user_named(api, "vera@shop.example"), await user_named(api, "walt@shop.example")
    for receivers in (f"{vera},{walt}", f"{vera}"):
        await api.post(f"{BASE}/emails/send/", {"subject": "Hi", "content": "Secret", "receivers": receivers})
    await settled(house)
    merged = await api.post(f"{BASE}/users/merge/", {"parent": walt, "users_list": [vera]})
    assert merged.status == 200, merged.body
    await settled(house)
    assert await statuses(api, walt) == ["sent", "sent", "sent"]
    assert (await api("DELETE", f"{BASE}/users/{walt}/")).status == 204
    await settled(house)
    for collection in (EMAILS, CAMPAIGNS):
        assert await house.hub.store.count(Scope(acme.id), collection, scan=True) == 0


@pytest.mark.annex("API10.1", "API10.2")
async def test_another_tenant_reaches_no_template_and_no_user(api, web, globex, box):
    vera = await user_named(api, "vera@shop.example")
    id = (await api.post(f"{BASE}/email-templates/", HELLO)).json["id"]
    theirs = web.with_key(globex.api_key)
    for method, path in (
        ("GET", ""),
        ("PUT", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("GET", "versions/"),
        ("POST", "render/"),
    ):
        answer = await theirs(method, f"{BASE}/email-templates/{id}/{path}", {} if method[0] == "P" else None)
        assert (answer.status, answer.json) == (404, {"detail": "Not found."}), (method, path)
    assert (await theirs.get(f"{BASE}/email-templates/")).json["count"] == 0
    assert (await theirs.get(f"{BASE}/users/{vera}/emails/")).status == 404
    refused = await theirs.post(f"{BASE}/emails/send/", {"subject": "x", "content": "y", "receivers": f"{vera}"})
    assert (refused.status, list(refused.json["errors"])) == (400, ["receivers"])
    ours = (await theirs.post(f"{BASE}/users/", {"email": "gus@globex.example"})).json["id"]
    refused = await theirs.post(f"{BASE}/emails/send/", {"template": id, "receivers": f"{ours}"})
    assert (refused.status, list(refused.json["errors"])) == (400, ["template"])
    assert box[0].mails == []


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("receivers", ""), ("receivers", None), ("receivers", "1,x"), ("receivers", {"$ne": None}), ("receivers", "99999"),
     ("receivers", list(range(1, 200))), ("subject", ""), ("subject", 7), ("content", ["x"]), ("author", "eve@evil.example"),
     ("author", 2**70), ("template", 99_999), ("template", "x"), ("content", "{% for %}"), ("subject", "{{ a | b"),
     ("subject", "\ud800"), ("custom_sender", 7)],
)  # fmt: skip
async def test_what_is_wrong_with_an_e_mail_is_named_and_nothing_is_sent(api, box, field, wrong):
    vera = await user_named(api, "vera@shop.example")
    refused = await api.post(
        f"{BASE}/emails/send/", {"subject": "Hi", "content": "x", "receivers": f"{vera}"} | {field: wrong}
    )
    assert refused.status == 400 and list(refused.json["errors"]) in ([field], ["non_field_errors"]), refused.body
    assert await statuses(api, vera) == []


@pytest.mark.parametrize("field", ["name", "content"])
async def test_what_a_template_lacks_is_named(api, field):
    refused = await api.post(f"{BASE}/email-templates/", HELLO | {field: ""})
    assert refused.json == {"errors": {field: ["This field is required."]}}
    wrong = await api.post(f"{BASE}/email-templates/", HELLO | {"content": "{% include 'secrets' %}"})
    assert (wrong.status, list(wrong.json["errors"])) == (400, ["content"])


@pytest.mark.parametrize(
    "source",
    ["{% for i in (1..1000000000) %}x{% endfor %}", "{{ (1..1000000000) | join: 'x' }}", "{{ 1 | divided_by: 0 }}",
     "{% if (1..1000000000) contains 'x' %}{% endif %}", "{{ 'aaaaaaaaaa'" + " | replace: 'a', 'aaaaaaaaaaaaaaaaaaaa'" * 12 + "}}",
     "{% assign a = 'xxxx' %}{% for i in (1..1000) %}{% assign a = a | append: a %}{% endfor %}", "{% if a %}" * 5000],
)  # fmt: skip
def test_a_template_that_would_never_end_is_refused_at_once(source):
    with pytest.raises(InvalidPayload):
        render(source, {}, html=True)


def test_a_template_sees_nothing_of_the_program():
    user = {"first_name": "Vera"}
    assert (
        render("{{ user.__class__ }}{{ user.first_name.__class__ }}{{ user.items }}", {"user": user}, html=True) == ""
    )
