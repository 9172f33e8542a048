"""What happens is told to programs: signed, in order, again where it failed, and to be looked at afterwards (U11)."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web as http
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from hub.webhooks.collections import QUEUES
from hub.webhooks.signing import new_secret, sign, signed_headers
from hub.webhooks.spreading import Bell
from storage.engine import Scope
from tests.support.house import eventually

pytestmark = pytest.mark.annex("U11")


def test_the_vector_of_the_specification():
    body = '{"test": 2432232314}'
    signature = sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_the_example_of_the_documentation_checks_a_signature(tmp_path):
    page = Path("docs/webhooks.md").read_text("utf-8")
    code = page.partition("```js\n")[2].partition("```")[0]
    body, at, secret = '{"test": "zażółć"}', int(time.time()), new_secret()
    script = tmp_path / "receive.mjs"
    script.write_text(f"{code}\nconst [secret, headers, body] = JSON.parse(process.argv[2])\n"
                      "console.log(JSON.stringify(verify(secret, headers, body)))\n", "utf-8")  # fmt: skip

    async def run(secret: str, keys: list[str]) -> str:
        given = json.dumps([secret, signed_headers(keys, "evt_1", at, body), body])
        done = await asyncio.create_subprocess_exec("node", str(script), given, stdout=-1, stderr=-1)
        out, err = await done.communicate()
        return (out or err).decode()

    assert json.loads(await run(secret, [new_secret(), secret])) == json.loads(body)
    assert "not ours" in await run(secret, [new_secret()])


async def soon(house: Any, seconds: float) -> None:
    """Let time pass for the hub: its clock goes on, nobody waits."""
    clock = house.hub.clock
    was = clock.now
    clock.now = lambda: was() + int(seconds * 1000)
    house.hub.part(Bell).ring()


async def rests(house: Any, app: int, hook: dict[str, Any]) -> None:
    """Return when nothing is being sent, so that hours may pass: in the middle of a request they would not."""
    while (await house.hub.store.get(Scope(app), QUEUES, hook["id"]))["owner"]:
        await asyncio.sleep(0.01)


@pytest.mark.annex("API9.5")
async def test_a_message_is_told_signed_and_verified_by_the_specifications_own_library(hooks, receiver, acme):
    hook = await hooks.make(receiver.url, "message.sent", "conversation.started", "conversation.closed")
    vera, ada = await acme.visitor(), await acme.agent()
    conversation = (await vera.says("Is tea in stock?"))["conversation"]
    await ada.says("Yes", conversation)
    await ada.call("conversation.close", conversation=conversation)
    await eventually(lambda: len(receiver.got) == 4)
    assert receiver.kinds == ["conversation.started", "message.sent", "message.sent", "conversation.closed"]
    for headers, body in receiver.got:
        assert Webhook(hook["secret"]).verify(body, headers)["type"]
        with pytest.raises(WebhookVerificationError):
            Webhook(hook["secret"]).verify(body + " ", headers)
    told = receiver.bodies[1]
    assert told["data"]["message"]["text"] == "Is tea in stock?"
    assert told["data"]["message"]["conversation"] == told["data"]["conversation"]["id"] == conversation
    assert told["data"]["contact"]["id"] == vera.session["contact"]["id"]
    assert len(set(receiver.ids)) == 4


async def test_contacts_companies_deals_and_tickets_are_told(hooks, receiver, api):
    await hooks.make(receiver.url, "*")
    vera = (await api.post("/api/app/contacts", {"attributes": {"email": "vera@shop.example"}})).json["id"]
    await eventually(lambda: receiver.kinds == ["contact.created"])
    await api("PATCH", f"/api/app/contacts/{vera}", {"attributes": {"first_name": "Vera"}})
    await eventually(lambda: "contact.changed" in receiver.kinds)
    deal = (await api.post("/api/app/deals", {"name": "Tea for a year", "contact": vera})).json["id"]
    await api.post(f"/api/app/deals/{deal}/win", {})
    await api("DELETE", f"/api/app/deals/{deal}")
    ticket = await api.post("/api/app/tickets", {"description": "Cold tea", "contact": vera})
    assert ticket.status == 201, ticket.body
    await eventually(lambda: "ticket.created" in receiver.kinds)
    assert [kind for kind in receiver.kinds if kind.startswith("deal")] == [
        "deal.created", "deal.changed", "deal.status_changed", "deal.deleted",
    ]  # fmt: skip
    told = {body["type"]: body["data"] for body in receiver.bodies}
    assert told["contact.created"]["contact"]["id"] == vera
    assert told["deal.status_changed"]["to"] == "won"
    assert told["deal.deleted"]["deal"] == {"id": deal}


async def noted(hooks: Any, hook: Any, count: int) -> None:
    """Return when so many attempts stand in the log."""
    while (found := sum(len(each["attempts"]) for each in await hooks.log(hook))) != count:
        assert found < count
        await asyncio.sleep(0.01)


async def test_a_hiccup_changes_no_order_and_a_failing_delivery_lets_the_others_go_on(hooks, receiver, acme, house):
    hook = await hooks.make(receiver.url, "message.sent")
    vera = await acme.visitor()
    receiver.answers = [500, 204, 503, 503, 503]
    await vera.says("one")
    await noted(hooks, hook, 1)
    await vera.says("two")
    await asyncio.sleep(0.2)
    assert len(receiver.got) == 1  # the queue waits behind the first one
    await soon(house, 7)
    await noted(hooks, hook, 3)  # one again, two (503)
    assert [body["data"]["message"]["text"] for body in receiver.bodies] == ["one", "one", "two"]
    assert receiver.ids[0] == receiver.ids[1]
    await soon(house, 7)
    await noted(hooks, hook, 4)  # two again (503): its next time is in five minutes
    await vera.says("three")
    await soon(house, 15)
    await noted(hooks, hook, 5)
    receiver.answers = []
    await soon(house, 400)
    await noted(hooks, hook, 7)
    log = await hooks.log(hook)
    while {each["state"] for each in log} != {"delivered"}:
        await asyncio.sleep(0.01)
        log = await hooks.log(hook)
    first = log[-1]
    assert [each["status"] for each in first["attempts"]] == [500, 204]
    assert first["attempts"][0]["answer"] == "said the receiver" and first["attempts"][0]["ms"] >= 0


async def test_a_slow_receiver_holds_up_nobody_else(hooks, receiver, acme):
    from tests.support.receiver import open_receiver

    async with open_receiver() as slow:
        slow.hold = asyncio.Event()
        await hooks.make(slow.url, "message.sent")
        await hooks.make(receiver.url, "message.sent")
        vera = await acme.visitor()
        for text in ("one", "two", "three"):
            await vera.says(text)
        await eventually(lambda: len(receiver.got) == 3)
        assert len(slow.got) == 1
        slow.hold.set()
        await eventually(lambda: len(slow.got) == 3)
    assert [body["data"]["message"]["text"] for body in slow.bodies] == ["one", "two", "three"]


async def test_a_receiver_that_says_gone_is_asked_no_more_and_the_owners_get_a_mail(hooks, receiver, acme, house):
    hook = await hooks.make(receiver.url, "message.sent")
    receiver.answers = [410]
    vera = await acme.visitor()
    await vera.says("one")
    await eventually(lambda: len(receiver.got) == 1)
    while (now := await hooks.get(hook))["on"]:
        await asyncio.sleep(0.01)
    assert now["off"] == "gone"
    await vera.says("two")
    assert (await hooks.do(hook, "test")).status == 400
    letters = await letters_of(house)
    assert [each["to"] for each in letters] == ["ada@acme.example"] and "410" in letters[0]["text"]
    await hooks.api("PATCH", f"/api/app/webhooks/{hook['id']}", {"on": True})
    await vera.says("three")
    await eventually(lambda: len(receiver.got) == 2)
    assert receiver.bodies[1]["data"]["message"]["text"] == "three"


async def letters_of(house: Any) -> list[dict[str, Any]]:
    from hub.core.collections import JOBS
    from storage.engine import INSTALLATION

    rows = [row async for chunk in house.hub.store.export(INSTALLATION, JOBS) for row in chunk]
    return [row["payload"] for row in rows if row["kind"] == "outreach.letter"]


async def test_days_of_failure_switch_a_webhook_off_and_what_failed_is_sent_again_on_demand(
    hooks, receiver, acme, house
):
    hook = await hooks.make(receiver.url, "message.sent")
    receiver.answers = [500] * 100
    vera = await acme.visitor()
    await vera.says("one")
    await vera.says("two")
    await eventually(lambda: len(receiver.got) == 1)
    for _ in range(100):  # at most twenty days
        if not (await hooks.get(hook))["on"]:
            break
        await rests(house, acme.id, hook)
        await soon(house, 5 * 3600)
        await asyncio.sleep(0.1)
    state = await hooks.get(hook)
    assert (state["on"], state["off"], state["failing"] is not None) == (False, "failing", True)
    assert 10 <= len(receiver.got) <= 40
    assert [each["to"] for each in await letters_of(house)] == ["ada@acme.example"]
    receiver.answers = []
    await hooks.api("PATCH", f"/api/app/webhooks/{hook['id']}", {"on": True})
    await soon(house, 30 * 3600)
    while {each["state"] for each in await hooks.log(hook)} != {"delivered"}:
        await asyncio.sleep(0.01)
    assert (await hooks.get(hook))["failing"] is None


async def test_what_was_given_up_is_sent_again_since_a_moment(hooks, receiver, acme, house):
    hook = await hooks.make(receiver.url, "message.sent")
    vera = await acme.visitor()
    receiver.answers = [410]
    await vera.says("one")
    while (await hooks.get(hook))["on"]:
        await asyncio.sleep(0.01)
    assert (await hooks.do(hook, "replay", {"since": "2020-01-01T00:00:00Z"})).status == 400
    await hooks.api("PATCH", f"/api/app/webhooks/{hook['id']}", {"on": True})
    assert [each["state"] for each in await hooks.log(hook, "?state=failed")] == ["failed"]
    assert (await hooks.do(hook, "replay", {"since": "2099-01-01T00:00:00Z"})).json == {"count": 0}
    assert (await hooks.do(hook, "replay", {"since": "2020-01-01T00:00:00Z"})).json == {"count": 1}
    await eventually(lambda: len(receiver.got) == 2)
    assert receiver.ids[0] == receiver.ids[1]
    assert (await hooks.log(hook, "?state=failed")) == []


async def test_one_delivery_is_sent_again_with_its_id_and_body(hooks, receiver, acme):
    hook = await hooks.make(receiver.url, "message.sent")
    vera = await acme.visitor()
    await vera.says("one")
    await eventually(lambda: len(receiver.got) == 1)
    while (delivery := (await hooks.log(hook))[0])["state"] != "delivered":
        await asyncio.sleep(0.01)
    assert (await hooks.do(hook, f"deliveries/{delivery['id']}/replay")).status == 200
    await eventually(lambda: len(receiver.got) == 2)
    assert receiver.ids[0] == receiver.ids[1] == delivery["event_id"]
    assert receiver.got[0][1] == receiver.got[1][1] == delivery["body"]


async def test_a_new_secret_signs_beside_the_old_one_for_a_day(hooks, receiver, house):
    hook = await hooks.make(receiver.url, "*")
    fresh = (await hooks.do(hook, "secret")).json["secret"]
    assert fresh != hook["secret"] and (await hooks.get(hook))["rotating"]
    assert (await hooks.do(hook, "test")).status == 201
    await eventually(lambda: len(receiver.got) == 1)
    headers, body = receiver.got[0]
    assert len(headers["webhook-signature"].split()) == 2
    for secret in (hook["secret"], fresh):
        assert Webhook(secret).verify(body, headers)["type"] == "webhook.test"
    while (await hooks.log(hook))[0]["state"] != "delivered":  # noted, so that no lease of it ends in a day
        await asyncio.sleep(0.02)
    await soon(house, 25 * 3600)
    assert (await hooks.do(hook, "test")).status == 201
    await eventually(lambda: len(receiver.got) == 2)
    assert len(receiver.got[1][0]["webhook-signature"].split()) == 1


async def test_the_body_of_user_com(hooks, receiver, acme, api):
    vera = (await api.post("/api/public/users/", {"email": "vera@shop.example", "user_id": "v1"})).json["id"]
    hook = await hooks.make(receiver.url, "deal.created", form="usercom", headers={"X-Shop": "tea"})
    await hooks.make(receiver.url + "/2", "deal.created", form="usercom", with_user=False)
    await api.post("/api/app/deals", {"name": "Tea", "contact": vera})
    await eventually(lambda: len(receiver.got) == 2)
    (whole,) = (body for body in receiver.bodies if "user" in body)
    assert whole["path"] == hook["id"] and whole["extra"]["event"] == "deal.created"
    assert whole["timestamp"].endswith("+00:00")
    assert (whole["user"]["id"], whole["user"]["email"]) == (vera, "vera@shop.example")
    assert whole["user"]["custom_id" if "custom_id" in whole["user"] else "user_id"] == "v1"
    headers = next(headers for headers, body in receiver.got if '"user"' in body)
    assert headers["x-shop"] == "tea" and len(headers["x-user-com-signature"]) == 64


async def test_redirects_are_not_followed_and_an_inner_address_is_no_receiver(hooks, receiver, house, api):
    receiver.answers = [http.Response(status=302, headers={"Location": receiver.url + "/elsewhere"})]
    hook = await hooks.make(receiver.url, "*")
    await hooks.do(hook, "test")
    await eventually(lambda: len(receiver.got) == 1)
    while not (log := await hooks.log(hook))[0]["attempts"]:
        await asyncio.sleep(0.01)
    assert log[0]["attempts"][0]["status"] == 302 and log[0]["state"] == "waiting"
    for url in ("http://10.0.0.1/", "http://169.254.169.254/latest", "ftp://shop.example/", "http://a:b@shop.example/",
                "nonsense", ""):  # fmt: skip
        answer = await api.post("/api/app/webhooks", {"url": url, "kinds": ["*"]})
        assert answer.status == 400 and "url" in answer.json["detail"], url


async def test_bad_input_is_refused_and_nothing_is_made(api, receiver):
    for body in (
        {"kinds": []}, {"kinds": ["tea.drunk"]}, {"headers": {"webhook-id": "x"}}, {"headers": {"a b": "x"}},
        {"headers": {"X-A": "a\nb"}}, {"form": "xml"}, {"name": "x" * 101},
    ):  # fmt: skip
        answer = await api.post("/api/app/webhooks", {"url": receiver.url, "kinds": ["*"]} | body)
        assert answer.status == 400, body
    assert (await api.get("/api/app/webhooks")).json["webhooks"] == []


async def test_erasing_a_contact_takes_what_programs_were_told_of_it(hooks, receiver, api, house, acme):
    hook = await hooks.make(receiver.url, "contact.created")
    vera = (await api.post("/api/app/contacts", {"attributes": {"email": "vera@shop.example"}})).json["id"]
    await api.post("/api/app/contacts", {"attributes": {"email": "walt@shop.example"}})
    await eventually(lambda: len(receiver.got) == 2)
    from hub.subscribers import WebhooksKeeper
    from storage.engine import Scope

    scope = Scope(acme.id)
    assert await WebhooksKeeper().erase(house.hub, scope, [vera]) == {"webhook deliveries": 1}
    assert "vera@" not in str(await hooks.log(hook)) and "walt@" in str(await hooks.log(hook))


async def test_what_is_old_is_forgotten_and_a_deleted_webhook_leaves_nothing(hooks, receiver, acme, house):
    hook = await hooks.make(receiver.url, "*")
    await hooks.do(hook, "test")
    await eventually(lambda: len(receiver.got) == 1)
    await soon(house, 31 * 86_400)
    while await hooks.log(hook):
        await asyncio.sleep(0.05)
    await hooks.do(hook, "test")
    assert (await hooks.api("DELETE", f"/api/app/webhooks/{hook['id']}")).status == 204
    from hub.webhooks.collections import DELIVERIES
    from storage.engine import Scope

    while await house.hub.store.count(Scope(acme.id), DELIVERIES, scan=True):
        await asyncio.sleep(0.05)


async def test_the_other_tenant_sees_no_webhook_and_is_told_nothing(hooks, receiver, acme, globex, web):
    hook = await hooks.make(receiver.url, "*")
    theirs = web.with_key(globex.api_key)
    assert (await theirs.get("/api/app/webhooks")).json["webhooks"] == []
    paths = ("GET ", "PATCH ", "DELETE ", "POST /secret", "POST /test", "POST /replay", "GET /deliveries")
    for method, _, path in (each.partition(" ") for each in paths):
        body = {"since": "2020-01-01T00:00:00Z"} if path == "/replay" else {} if method != "GET" else None
        answer = await theirs(method, f"/api/app/webhooks/{hook['id']}{path}", body)
        assert answer.status == 404, (method, path, answer.body)
    walt, vera = await globex.visitor(), await acme.visitor()
    await walt.says("Globex")
    await vera.says("Acme")
    await eventually(lambda: "message.sent" in receiver.kinds)
    assert "Globex" not in str(receiver.bodies)


async def test_a_node_that_stood_still_sends_one_thing_at_a_time_afterwards(hooks, receiver, acme, house):
    hook = await hooks.make(receiver.url, "message.sent")
    receiver.hold = first = asyncio.Event()
    vera = await acme.visitor()
    await vera.says("one")
    await vera.says("two")
    await eventually(lambda: len(receiver.got) == 1)
    await soon(house, 3600)  # longer than a lease: another turn takes the queue while the first one still waits
    await eventually(lambda: len(receiver.got) == 2)
    receiver.hold = second = asyncio.Event()
    first.set()
    await eventually(lambda: len(receiver.got) == 3)
    await asyncio.sleep(0.3)  # time for a fourth request
    assert [body["data"]["message"]["text"] for body in receiver.bodies] == ["one", "one", "two"]
    second.set()
    await rests(house, acme.id, hook)
    assert [(each["state"], len(each["attempts"])) for each in await hooks.log(hook)] == [("delivered", 1)] * 2
