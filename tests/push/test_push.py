"""Push messages to agents and contacts: whose devices they reach, what they say, and what becomes of them (H8, C6)."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web
from msgspec.structs import replace

from hub.accounts.agents import AgentRef, remove_agent
from hub.accounts.grants import OWNER
from hub.chat.channels import ChannelAway, Missed, Unreachable
from hub.chat.collections import CONVERSATIONS, DELIVERIES, MESSAGES
from hub.chat.deliveries import begin_delivery
from hub.chat.notices import Notice
from hub.core.actor import Actor
from hub.core.installation import installation_facts, installation_keys
from hub.core.settings import Settings
from hub.outreach.collections import PUSH_DEVICES
from hub.outreach.push.agents import LARGEST, AgentPush, notice_message
from hub.outreach.push.contacts import Push
from hub.outreach.push.handing import topic_of
from hub.outreach.push.keys import PushKeys, has_operator, operator_of
from hub.people.collections import CONTACTS
from mobile_push.web_push import new_keys
from storage.engine import Batch, Scope
from tests.conftest import Company
from tests.people.test_mobile import ANDROID, IPHONE, Phone
from tests.support.forms import rest
from tests.support.push import Browser

pytestmark = pytest.mark.annex("H8", "C6")


def notice_of(delivery: int = 0, body: str = "Is there tea?") -> Notice:
    return Notice(delivery, "message", 7, "Vera", body, "/inbox/open/7", "conversation-7", "en", [], [])


async def key_of(company: Company) -> str:
    return str((await rest(company, "GET", "push"))["public_key"])


async def call(company: Company, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    given = headers or {"Authorization": f"Bearer {await company.token()}"}
    async with (
        aiohttp.ClientSession(company.house.url, headers=given) as http,
        http.request(method, f"/api/app/{path}", json=body) as answer,
    ):
        return answer.status, await answer.json(content_type=None) if answer.status != 204 else None


async def as_ben(company: Company) -> dict[str, str]:
    return {"Authorization": f"Bearer {await company.token('ben@acme.example')}"}


async def ada_of(company: Company) -> int:
    return int((await company.agent()).session["agent"]["id"])


async def devices(company: Company) -> list[dict[str, Any]]:
    found = await company.house.hub.store.find(Scope(company.id), PUSH_DEVICES)
    return found.items


# ── the key of the installation ──────────────────────────────────────────────────────────────────────────────────────


async def test_the_key_is_made_once_and_is_the_same_for_everybody_and_for_ever(house, acme, globex):
    store = house.hub.store
    made = await asyncio.gather(*(
        installation_keys(store, "vapid", lambda: msgspec.to_builtins(new_keys())) for _ in range(5)
    ))  # fmt: skip
    assert len({each["public"] for each in made}) == 1
    assert await key_of(acme) == await key_of(globex) == made[0]["public"]
    assert (await PushKeys(house.hub).get()).private == (await installation_facts(store))["vapid"]["private"]


@pytest.mark.parametrize(
    ("settings", "operator"),
    [
        ({"mail_from": "Shop <hello@shop.example>"}, "mailto:hello@shop.example"),
        ({"mail_from": "hub@localhost", "public_url": "https://chat.shop.example:8443/hub"}, "https://chat.shop.example:8443"),
        ({"mail_from": "hub@box.local", "public_url": "http://chat.shop.example"}, None),
        ({"public_url": "https://localhost:8080"}, None), ({"public_url": "https://10.0.0.7"}, None), ({}, None),
    ],
)  # fmt: skip
def test_push_services_learn_whom_to_write_to_and_never_an_address_of_this_machine(settings, operator):
    chosen = Settings(**settings)
    assert has_operator(chosen) is (operator is not None)
    assert operator_of(chosen) == (operator or "mailto:operator@switchboard.invalid")


# ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_agents_browser_is_added_once_listed_and_taken_away_again(acme, globex, service):
    browser = await service.subscribe(await key_of(acme))
    first = await rest(acme, "POST", "push/devices", browser.body)
    again = await rest(acme, "POST", "push/devices", browser.body)
    assert first["id"] == again["id"] and first["name"] == "Firefox 140 · Linux"
    (listed,) = (await rest(acme, "GET", "push"))["devices"]
    assert listed["id"] == first["id"] and set(listed) == {"id", "name", "created", "used", "failures"}
    assert (await rest(globex, "GET", "push"))["devices"] == []
    assert (await call(globex, "DELETE", f"push/devices/{first['id']}"))[0] == 404
    assert (await call(acme, "DELETE", f"push/devices/{first['id']}", None, **await as_ben(acme)))[0] == 404
    assert (await call(acme, "DELETE", f"push/devices/{first['id']}"))[0] == 204
    assert await devices(acme) == []
    await rest(acme, "POST", "push/devices", browser.body)
    assert len(await devices(acme)) == 1, "its address is free again"


async def test_a_browser_that_somebody_else_signs_in_on_is_theirs(acme, service):
    browser = await service.subscribe(await key_of(acme))
    ada, ben = await ada_of(acme), await acme.agent("ben@acme.example")
    await rest(acme, "POST", "push/devices", browser.body)
    await call(acme, "POST", "push/devices", browser.body, **await as_ben(acme))
    hub, scope, push = acme.house.hub, Scope(acme.id), AgentPush()
    assert not await push.reaches(hub, scope, ada) and await push.reaches(hub, scope, ben.session["agent"]["id"])
    assert len(await devices(acme)) == 1


async def test_of_more_than_ten_browsers_the_one_that_was_used_longest_ago_is_forgotten(acme, telling):
    ids = [(await rest(acme, "POST", "push/devices", telling.browser(f"b{n}")))["id"] for n in range(12)]
    assert sorted(each["id"] for each in await devices(acme)) == sorted(ids[2:])


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/1", "https://10.0.0.1/1", "https://169.254.169.254/latest", "ftp://push.example.com/1",
        "https://user:pass@push.example.com/1", "no address", "https://[::1]/",
    ],
)  # fmt: skip
async def test_an_address_that_this_server_must_not_ask_is_refused(acme, telling, endpoint):
    keys = telling.browser()["keys"]
    status, answer = await call(acme, "POST", "push/devices", telling.browser() | {"endpoint": endpoint})
    assert status == 400 and "endpoint" in answer["detail"], answer
    for wrong in (
        {"keys": keys | {"p256dh": "AAAA"}},
        {"keys": keys | {"auth": "AAAA"}},
        {"keys": {}},
        {"endpoint": ""},
        {"more": 1},
    ):
        assert (await call(acme, "POST", "push/devices", telling.browser() | wrong))[0] == 400
    assert await devices(acme) == []


async def test_only_agents_have_browsers_of_their_own(acme, telling):
    key = {"Authorization": f"Token {acme.api_key}"}
    assert (await call(acme, "GET", "push", None, **key))[0] == 403
    assert (await call(acme, "POST", "push/devices", telling.browser(), **key))[0] == 403


async def test_what_an_agent_is_told_reaches_all_their_browsers_and_repeated_replaces_itself(acme, service, telling):
    ada = await ada_of(acme)
    hub, scope, push = acme.house.hub, Scope(acme.id), AgentPush()
    assert push.works(hub) and not await push.reaches(hub, scope, ada)
    first, second = [await service.subscribe(await key_of(acme)) for _ in range(2)]
    for body in (first.body, second.body, telling.browser()):
        await rest(acme, "POST", "push/devices", body)
    notice = notice_of(55)
    assert await push.send(hub, scope, ada, notice) == await push.send(hub, scope, ada, notice) == "conversation-7"
    (told, again), (also, _) = await first.got(), await second.got()
    assert told == again == also and re.fullmatch(rf"/push/{acme.id}/55/\S+", told.pop("report"))
    assert told == {
        "title": "Vera", "body": "Is there tea?", "tag": "conversation-7", "url": "/panel/inbox/open/7",
        "conversation": 7, "app": acme.id, "kind": "message", "delivery": 55,
    }  # fmt: skip
    assert {each["topic"] for each in telling.got} == {"conversation-7"}


async def test_an_agent_who_has_left_is_told_in_the_browser_what_waits_and_not_by_mail_too(acme, service):
    ben = await acme.agent("ben@acme.example")
    browser = await service.subscribe(await key_of(acme))
    await call(acme, "POST", "push/devices", browser.body, **await as_ben(acme))
    await ben.leave()
    vera = await acme.visitor()
    conversation = (await vera.says("Is there tea?"))["conversation"]
    (told,) = await browser.gets(within=20)
    assert (told["body"], told["url"]) == ("Is there tea?", f"/panel/inbox/open/{conversation}")
    assert (told["kind"], told["conversation"], told["app"]) == ("unassigned", conversation, acme.id)
    ada = await acme.agent()
    letters = (await rest(acme, "GET", f"deliveries?conversation={conversation}"))["deliveries"]
    assert [(each["channel"], each["state"]) for each in letters if each["to"]["id"] == ben.session["agent"]["id"]] == [
        ("push", "sent")
    ]
    assert ada


async def _ben(company: Company) -> dict[str, Any]:
    return dict((await company.agent("ben@acme.example")).session["agent"])


async def test_an_agent_who_was_removed_is_told_nothing_more(acme, service):
    ben = await _ben(acme)
    browser = await service.subscribe(await key_of(acme))
    await call(acme, "POST", "push/devices", browser.body, **await as_ben(acme))
    hub, scope = acme.house.hub, Scope(acme.id)
    assert await AgentPush().reaches(hub, scope, ben["id"])
    await remove_agent(hub, Actor("agent", await ada_of(acme), "", scope, OWNER), AgentRef(ben["id"]))
    assert not await AgentPush().reaches(hub, scope, ben["id"])
    for _ in range(500):
        if not await devices(acme):
            break
        await asyncio.sleep(0.01)
    assert await devices(acme) == []


async def test_browsers_that_are_gone_are_forgotten_and_one_that_is_left_is_enough(acme, service):
    ada = await ada_of(acme)
    hub, scope, push = acme.house.hub, Scope(acme.id), AgentPush()
    gone, here = [await service.subscribe(await key_of(acme)) for _ in range(2)]
    for each in (gone, here):
        await rest(acme, "POST", "push/devices", each.body)
    await gone.expire()
    await push.send(hub, scope, ada, notice_of())
    assert len(await here.got()) == 1 and [each["endpoint"] for each in await devices(acme)] == [here.body["endpoint"]]
    await here.expire()
    with pytest.raises(Unreachable):
        await push.send(hub, scope, ada, notice_of())
    assert await devices(acme) == [] and not await push.reaches(hub, scope, ada)


async def test_a_push_service_that_is_busy_is_waited_for_as_long_as_it_says_and_one_that_is_away_is_tried_again(
    acme, telling
):
    ada = await ada_of(acme)
    hub, scope, push = acme.house.hub, Scope(acme.id), AgentPush()
    await rest(acme, "POST", "push/devices", telling.browser())
    for answer, after in (
        (web.Response(status=429, headers={"Retry-After": "120"}), 120_000),
        (web.Response(status=503), 0),
    ):
        telling.answers = [answer]
        with pytest.raises(ChannelAway) as away:
            await push.send(hub, scope, ada, notice_of())
        assert away.value.after == after and len(await devices(acme)) == 1
    await push.send(hub, scope, ada, notice_of())
    assert len(telling.got) == 3


async def test_a_browser_that_refuses_again_and_again_is_forgotten_and_one_success_counts_from_nothing(acme, telling):
    ada = await ada_of(acme)
    hub, scope, push = acme.house.hub, Scope(acme.id), AgentPush()
    await rest(acme, "POST", "push/devices", telling.browser())
    for times in (9, 10):
        telling.answers = [web.Response(status=403, text="VapidPkHashMismatch") for _ in range(times)]
        for _ in range(times):
            with pytest.raises(Unreachable, match="VapidPkHashMismatch"):
                await push.send(hub, scope, ada, notice_of())
        if times == 9:
            assert (await devices(acme))[0]["failures"] == 9
            await push.send(hub, scope, ada, notice_of())
            assert (await devices(acme))[0]["failures"] == 0
    assert await devices(acme) == []


async def test_what_an_agent_is_told_always_fits(house):
    notice = replace(notice_of(2**40, "🍵" * 5_000), title="ą" * 500, url="/" + "x" * 5_000)
    message = notice_message(house.hub, Scope(1), notice)
    assert len(message) <= LARGEST and json.loads(message)["body"] == "🍵" * 300


def test_any_tag_makes_a_topic_that_push_services_take():
    for tag in ("c1-7", "x" * 33, "ą", "conversation 7", ""):
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,32}", topic_of(tag)), tag
    assert topic_of("ą") == topic_of("ą") != topic_of("ę") and topic_of("c1-7") == "c1-7"


# ── trying it ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_trial_says_what_the_push_service_said_and_only_the_browser_that_it_arrived(acme, service, telling):
    browser = await service.subscribe(await key_of(acme))
    trial = {"endpoint": browser.body["endpoint"], "test": "abcd1234", "title": "It works", "body": "Push arrives."}
    assert (await rest(acme, "POST", "push/try", trial))["result"] == "unknown"
    await rest(acme, "POST", "push/devices", browser.body)
    assert await rest(acme, "POST", "push/try", trial) == {"result": "sent", "said": ""}
    (got,) = await browser.got()
    assert (got["kind"], got["test"], got["title"]) == ("test", "abcd1234", "It works")
    assert (await call(acme, "POST", "push/try", trial, **await as_ben(acme)))[1]["result"] == "unknown"
    await browser.expire()
    assert (await rest(acme, "POST", "push/try", trial))["result"] == "gone"
    assert (await rest(acme, "GET", "push"))["devices"] == []
    await rest(acme, "POST", "push/devices", telling.browser())
    told = trial | {"endpoint": telling.browser()["endpoint"]}
    telling.answers = [web.Response(status=403, text="BadJwtToken"), web.Response(status=503)]
    assert await rest(acme, "POST", "push/try", told) == {"result": "refused", "said": "BadJwtToken"}
    assert (await rest(acme, "POST", "push/try", told))["result"] == "away"


# ── visitors ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def switched_on(company: Company, **more: Any) -> None:
    await rest(company, "PATCH", "push/setting", {"visitors": True} | more)


async def missed_of(company: Company, visitor: Any, *texts: str, conversation: int | None = None) -> Missed:
    """Let Ada write to a visitor; return what the visitor missed."""
    ada = await company.agent()
    place = conversation or (await visitor.says("Is there tea?"))["conversation"]
    for text in texts:
        await ada.says(text, place)
    hub, scope = company.house.hub, Scope(company.id)
    document = await hub.store.get(scope, CONVERSATIONS, place)
    records = await hub.store.read(scope, MESSAGES, place)
    contact = await hub.store.get(scope, CONTACTS, document["contact"])
    return Missed(place, contact, [each for each in records if each["author"]["kind"] == "agent"][-len(texts) :], [])


async def sent(company: Company, missed: Missed, delivery: int = 0) -> Any:
    hub, scope, push = company.house.hub, Scope(company.id), Push()
    letter = await push.write(hub, scope, missed, delivery)
    await push.send(hub, scope, letter)
    return letter


async def test_a_visitor_is_offered_it_only_where_the_application_switched_it_on(acme, globex, service):
    vera = await acme.visitor()
    assert "push" not in vera.session["application"]
    browser = await service.subscribe(await key_of(acme))
    assert await vera.refused("push.allow", **browser.body) == "not_found"
    await switched_on(acme)
    vera = await acme.visitor(vera.token)
    assert vera.session["application"]["push"] == await key_of(acme)
    assert "push" not in (await globex.visitor()).session["application"]
    await vera.call("push.allow", **browser.body)
    await vera.call("push.allow", **browser.body)
    (device,) = await devices(acme)
    assert device["contact"] == vera.session["contact"]["id"] and device["agent"] is None
    walt = await acme.visitor()
    await walt.call("push.stop", endpoint=browser.body["endpoint"])
    assert len(await devices(acme)) == 1, "it is not his"
    await vera.call("push.stop", endpoint=browser.body["endpoint"])
    await vera.call("push.stop", endpoint=browser.body["endpoint"])
    assert await devices(acme) == []


async def test_what_a_visitor_missed_comes_to_all_their_browsers_with_the_first_words_and_a_link_without_a_secret(
    acme, service
):
    await switched_on(acme)
    vera = await acme.visitor()
    await vera.call("page", url="https://shop.example/tea?session=s3cret#top", title="Tea", referrer="")
    hub, scope = acme.house.hub, Scope(acme.id)
    missed = await missed_of(acme, vera, "Yes,\n  black & green")
    assert await Push().works(hub, scope) and not await Push().reaches(hub, scope, missed)
    browsers = [await service.subscribe(await key_of(acme)) for _ in range(2)]
    for each in browsers:
        await vera.call("push.allow", **each.body)
    assert await Push().reaches(hub, scope, missed)
    letter = await sent(acme, missed, 55)
    name = (await acme.agent()).session["agent"]["name"]
    for each in browsers:
        (got,) = await each.got()
        report = got.pop("report")
        assert report.startswith(f"/push/{acme.id}/55/")
        assert got == {
            "title": f"{name} · Acme", "body": "Yes, black & green", "tag": f"c{acme.id}-{missed.conversation}",
            "url": "https://shop.example/tea#switchboard", "conversation": missed.conversation,
        }  # fmt: skip
    assert letter.id == f"c{acme.id}-{missed.conversation}-{missed.through}"
    again = await sent(acme, missed, 55)
    assert (again.id, (await browsers[0].got())[1]["tag"]) == (letter.id, f"c{acme.id}-{missed.conversation}")


async def test_several_messages_are_one_in_the_persons_language_and_an_application_may_keep_the_words_back(
    acme, service
):
    await switched_on(acme)
    vera = await acme.visitor(browser={"language": "pl-PL"})
    browser = await service.subscribe(await key_of(acme))
    await vera.call("push.allow", **browser.body)
    missed = await missed_of(acme, vera, "Tak", "Zieloną i czarną")
    await sent(acme, missed)
    await rest(acme, "PATCH", "push/setting", {"preview": False})
    await sent(acme, missed)
    assert [each["body"] for each in await browser.got()] == ["(2) Zieloną i czarną", "(2) Nowa wiadomość"]


async def test_who_only_claims_to_be_somebody_is_not_told_what_was_said_to_them(acme, service):
    await switched_on(acme)
    vera = await acme.visitor()
    await vera.call("contact.update", email="vera@example.com")
    missed = await missed_of(acme, vera, "Your password is tea")
    eve = await acme.visitor(identity={"email": "vera@example.com"})
    assert eve.session["contact"]["id"] == vera.session["contact"]["id"], "a mere name says whom to follow"
    browser = await service.subscribe(await key_of(acme))
    await eve.call("push.allow", **browser.body)
    with pytest.raises(Unreachable):
        await sent(acme, missed)
    own = await service.subscribe(await key_of(acme))
    await vera.call("push.allow", **own.body)
    await sent(acme, missed)
    assert len(await own.got()) == 1 and await browser.got() == []
    await sent(acme, await missed_of(acme, eve, "Hello"))
    assert [each["body"] for each in await browser.got()] == ["Hello"], "of what was begun there it is told"


async def test_switched_off_again_nobody_is_reached(acme, service):
    await switched_on(acme)
    vera = await acme.visitor()
    browser = await service.subscribe(await key_of(acme))
    await vera.call("push.allow", **browser.body)
    missed = await missed_of(acme, vera, "Yes")
    await rest(acme, "PATCH", "push/setting", {"visitors": False})
    hub, scope = acme.house.hub, Scope(acme.id)
    assert not await Push().works(hub, scope) and not await Push().reaches(hub, scope, missed)
    with pytest.raises(Unreachable):
        await sent(acme, missed)
    assert await browser.got() == []


# ── mobile applications ──────────────────────────────────────────────────────────────────────────────────────────────


async def with_firebase(company: Company, firebase: Any) -> None:
    await rest(company, "PATCH", "push/setting", {"fcm": json.dumps(firebase.account())})


@pytest.mark.annex("X3")
async def test_a_mobile_application_gets_what_its_sdk_reads(acme, firebase):
    phone = Phone(acme)
    await phone.ping(user_id="4711", email="vera@example.com")
    await phone.ping(IPHONE, user_id="4711")
    vera = await acme.visitor(identity={"email": "vera@example.com"})
    missed = await missed_of(acme, vera, "Yes")
    hub, scope = acme.house.hub, Scope(acme.id)
    assert not await Push().works(hub, scope) and not await Push().reaches(hub, scope, missed)
    await with_firebase(acme, firebase)
    assert await Push().works(hub, scope) and await Push().reaches(hub, scope, missed)
    await sent(acme, missed, 55)
    assert sorted(firebase.to) == ["token-1", "token-2"]
    name = (await acme.agent()).session["agent"]["name"]
    for message in firebase.got:
        assert message["data"] == {
            "user_com_notification": "user_com_notification", "id": "55", "type": "1", "title": f"{name} · Acme",
            "message": "Yes", "subtitle": "Yes", "link": "None", "icon": "", "image": "", "screen_name": "",
        }  # fmt: skip
        assert message["android"]["collapse_key"] == f"c{acme.id}-{missed.conversation}"


@pytest.mark.annex("X3")
async def test_a_phone_that_is_gone_is_forgotten_and_one_that_is_left_is_enough(acme, firebase):
    await with_firebase(acme, firebase)
    phone = Phone(acme)
    await phone.ping(user_id="4711", email="vera@example.com")
    await phone.ping(IPHONE, user_id="4711")
    missed = await missed_of(acme, await acme.visitor(identity={"email": "vera@example.com"}), "Yes")
    firebase.gone = {"token-1"}
    await sent(acme, missed)
    assert firebase.to == ["token-2"] and [each["push_key"] for each in (await phone.contact())["devices"]] == [
        "token-2"
    ]
    firebase.gone = {"token-2"}
    with pytest.raises(Unreachable):
        await sent(acme, missed)
    assert (await phone.contact())["devices"] == []


async def test_a_quota_is_waited_for_and_a_refused_account_is_told_to_its_owner(acme, firebase):
    await with_firebase(acme, firebase)
    await Phone(acme).ping(email="vera@example.com")
    missed = await missed_of(acme, await acme.visitor(identity={"email": "vera@example.com"}), "Yes")
    firebase.busy = {"token-1": "9"}
    with pytest.raises(ChannelAway) as away:
        await sent(acme, missed)
    assert away.value.after == 9_000
    firebase.wrong = {"token-1"}
    with pytest.raises(Unreachable):
        await sent(acme, missed)
    assert "token is not valid" in (await rest(acme, "GET", "push/setting"))["problem"]
    firebase.wrong = set()
    await sent(acme, missed)
    assert (await rest(acme, "GET", "push/setting"))["problem"] is None


@pytest.mark.annex("X3")
async def test_a_token_is_forgotten_by_itself_or_by_the_id_of_its_installation(acme):
    phone, fid = Phone(acme), "cAb1_-Ab1_-Ab1_-Ab1_-x"
    for said in (f"{fid}:APA91bOther", fid):
        await phone.ping(ANDROID | {"fcm_key": f"{fid}:APA91b"})
        assert await phone.post("delete-fcm-token", {"fcm_key": "another"}) == (200, {})
        assert len((await phone.contact())["devices"]) == 1
        assert await phone.post("delete-fcm-token", {"fcm_key": said}) == (200, {})
        assert (await phone.contact())["devices"] == []


# ── what devices report ──────────────────────────────────────────────────────────────────────────────────────────────


async def delivery_to(company: Company, contact: int, conversation: int = 1) -> int:
    hub, batch = company.house.hub, Batch(Scope(company.id))
    id = await begin_delivery(
        hub, batch, conversation=conversation, contact=contact, to=("contact", contact), channel="push"
    )
    await hub.commit(batch)
    return id


async def test_a_browser_reports_without_signing_in_and_only_by_an_address_of_ours(acme, service):
    await switched_on(acme)
    vera = await acme.visitor()
    browser = await service.subscribe(await key_of(acme))
    await vera.call("push.allow", **browser.body)
    missed = await missed_of(acme, vera, "Yes")
    delivery = await delivery_to(acme, missed.contact["id"])
    await sent(acme, missed, delivery)
    path = (await browser.got())[0]["report"]
    store, scope = acme.house.hub.store, Scope(acme.id)

    async def report(path: str) -> int:
        async with aiohttp.ClientSession(acme.house.url) as http, http.post(path) as answer:
            assert answer.headers.get("Access-Control-Allow-Origin") == "*" or answer.status == 404
            return answer.status

    assert await report(f"{path}/displayed") == 204
    seen = await store.get(scope, DELIVERIES, delivery)
    assert seen["seen"] is not None and seen["clicked"] is None
    assert await report(f"{path}/clicked") == 204 == await report(f"{path}/displayed")
    clicked = await store.get(scope, DELIVERIES, delivery)
    assert clicked["seen"] == seen["seen"] <= clicked["clicked"]
    other = await delivery_to(acme, missed.contact["id"])
    for wrong in (
        path.replace(f"/{delivery}/", f"/{other}/"), path[:-1] + ("a" if path[-1] != "a" else "b"),
        path.replace(f"/push/{acme.id}/", f"/push/{acme.id + 1}/"),
    ):  # fmt: skip
        assert await report(f"{wrong}/clicked") == 404
    assert await report(f"{path}/eaten") == 404
    assert (await store.get(scope, DELIVERIES, other))["seen"] is None


@pytest.mark.annex("X3")
async def test_the_sdk_reports_what_became_of_a_message_to_its_own_contact(acme, globex):
    phone, other = Phone(acme), Phone(acme)
    await phone.ping(user_id="1")
    await other.ping(IPHONE, user_id="2")
    vera = (await phone.contact())["id"]
    delivery = await delivery_to(acme, vera)
    store, scope = acme.house.hub.store, Scope(acme.id)

    async def marks() -> tuple[bool, bool]:
        document = await store.get(scope, DELIVERIES, delivery)
        return document["seen"] is not None, document["clicked"] is not None

    assert (await other.post(f"push-notification/{delivery}/clicked", {"url": None}))[0] == 200
    assert (await phone.post(f"in-app-message/{delivery}/clicked", {"url": None}))[0] == 200
    assert await marks() == (False, False), "another one's phone, and another kind of message"
    assert (await phone.post(f"push-notification/{delivery}/dismissed", {"url": None}))[0] == 200
    assert await marks() == (True, False)
    assert (await phone.post(f"push-notification/{delivery}/clicked", {"url": "https://shop.example"}))[0] == 200
    assert await marks() == (True, True)
    for odd in ("99999999", "9" * 40, "x", "²"):
        assert (await phone.post(f"push-notification/{odd}/displayed", {"url": None}))[0] == 200
    assert ("push-notification clicked", {"id": str(delivery), "url": "https://shop.example"}) in await phone.events()


# ── what the application wants ───────────────────────────────────────────────────────────────────────────────────────


async def test_the_account_of_firebase_is_kept_and_its_secret_is_never_shown(acme, globex, firebase):
    usual = {"visitors": False, "preview": True, "fcm": None, "problem": None, "operator": True}
    assert await rest(acme, "GET", "push/setting") == usual
    shown = await rest(acme, "PATCH", "push/setting", {"fcm": json.dumps(firebase.account())})
    account = {"project": "acme-teas", "email": "push@acme-teas.iam.gserviceaccount.example"}
    assert shown == usual | {"fcm": account} == await rest(acme, "GET", "push/setting")
    assert await rest(acme, "PATCH", "push/setting", {"visitors": True}) == usual | {"fcm": account, "visitors": True}
    assert await rest(globex, "GET", "push/setting") == usual
    assert await rest(acme, "PATCH", "push/setting", {"fcm": None}) == usual | {"visitors": True}
    ben = await as_ben(acme)
    assert (await call(acme, "GET", "push/setting", None, **ben))[0] == 403
    assert (await call(acme, "PATCH", "push/setting", {"visitors": False}, **ben))[0] == 403


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "null", '{"type": "authorized_user"}', "x" * 20_001, '{"type": "service_account"}']
)
async def test_what_is_no_key_file_changes_nothing(acme, firebase, text):
    await with_firebase(acme, firebase)
    status, answer = await call(acme, "PATCH", "push/setting", {"fcm": text, "visitors": True})
    assert status == 400 and "key file" in answer["detail"], answer
    shown = await rest(acme, "GET", "push/setting")
    assert shown["fcm"]["project"] == "acme-teas" and shown["visitors"] is False


async def test_tokens_are_fetched_nowhere_but_at_google_and_where_the_operator_says(acme, firebase):
    inward = firebase.account(token_uri=firebase.url.replace("127.0.0.1", "127.0.0.2") + "/token")
    status, answer = await call(acme, "PATCH", "push/setting", {"fcm": json.dumps(inward)})
    assert status == 400 and "token_uri" in answer["detail"]


# ── merged and erased ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.annex("X7")
async def test_browsers_follow_a_merged_contact_and_go_with_an_erased_one(acme, service, telling):
    await switched_on(acme)
    vera, walt = await acme.visitor(), await acme.visitor()
    browser: Browser = await service.subscribe(await key_of(acme))
    await vera.call("push.allow", **browser.body)
    await walt.call("push.allow", **telling.browser())
    missed = await missed_of(acme, vera, "Yes")
    into = (await rest(acme, "POST", "contacts", {"attributes": {"email": "vera@example.com"}}))["id"]
    await rest(acme, "POST", f"contacts/{into}/merge", {"others": [vera.session["contact"]["id"]]})
    await eventually_owned(acme, browser, into)
    assert telling.got == []
    contact = await acme.house.hub.store.get(Scope(acme.id), CONTACTS, into)
    await sent(acme, Missed(missed.conversation, contact, missed.messages, []))
    assert len(await browser.got()) == 1
    await rest(acme, "POST", f"contacts/{into}/erase", {})
    await eventually_owned(acme, browser, None)
    assert [each["contact"] for each in await devices(acme)] == [walt.session["contact"]["id"]]


async def eventually_owned(company: Company, browser: Browser, owner: int | None) -> None:
    for _ in range(500):
        found = [each["contact"] for each in await devices(company) if each["endpoint"] == browser.body["endpoint"]]
        if found == ([owner] if owner else []):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(found)
