"""Several contacts become one, with all that belongs to them."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import jwt
import pytest

from hub.chat.collections import CONVERSATIONS
from hub.core.collections import JOBS
from hub.people.collections import BROWSERS, CONTACTS, MERGED
from hub.people.merging import merges
from storage.engine import INSTALLATION, Batch, Engine, Scope
from storage.filters import Eq, Lte
from tests.conftest import Company
from tests.support.house import eventually, open_house
from tests.support.people import settled

from .conftest import Refused, panel_of

pytestmark = pytest.mark.annex("U10", "X1")


async def merge(panel: Any, contact: int, *others: int) -> Any:
    return await panel("POST", f"contacts/{contact}/merge", others=list(others))


async def refusal(panel: Any, contact: int, *others: int) -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        await merge(panel, contact, *others)
    return refused.value.status, refused.value.body["detail"]


async def stored(house: Any, company: Any, id: int) -> dict[str, Any]:
    found = await house.hub.store.get(Scope(company.id), CONTACTS, id)
    assert found is not None
    return found


def signed(company: Any, user_id: str) -> str:
    claims = {"user_id": user_id, "exp": int(time.time()) + 60}
    return jwt.encode(claims, company.made["identity_secret"], "HS256")


# ── what one contact is made of ──────────────────────────────────────────────────────────────────────────────────────


async def test_values_come_from_the_parent_first_and_then_from_the_lowest_id(panel, house, acme):
    low = await panel.contact(first_name="Low", city="Łódź", plan="basic", email="low@acme.example")
    parent = await panel.contact(first_name="Parent", last_name=None, custom_id="p-1")
    high = await panel.contact(first_name="High", city="Oslo", phone_number="+48 1", last_name="Highest", seats=5)
    shown = await merge(panel, parent, high, low)
    assert (shown["id"], shown["first_name"], shown["city"], shown["last_name"]) == (
        parent,
        "Parent",
        "Łódź",
        "Highest",
    )
    assert (shown["email"], shown["custom_id"], shown["phone_number"]) == ("low@acme.example", "p-1", "+48 1")
    assert shown["attributes"] == {"plan": "basic", "seats": 5}
    after = await stored(house, acme, parent)
    assert after["merged"] == sorted((low, high))
    assert await panel("GET", f"contacts/{parent}") == shown


async def test_tags_lists_and_what_was_counted_add_up(panel, house, acme):
    gold = (await panel("POST", "lists", name="Gold"))["id"]
    one, two = await panel.contact(first_name="One"), await panel.contact(first_name="Two")
    for contact, tags, times in ((one, ("a", "b"), (3_000, 9_000)), (two, ("b", "c"), (1_000, 5_000, 7_000))):
        for tag in tags:
            await panel("POST", f"contacts/{contact}/tags", tag=tag)
        for at in times:
            await panel("POST", f"contacts/{contact}/events", name="bought", at=at)
    await panel("PUT", f"contacts/{two}/lists/{gold}")
    segment = await panel(
        "POST", "segments", name="Buyers",
        where={"all": [{"type": "event", "event": "bought", "at_least": 5}]},
    )  # fmt: skip
    shown = await merge(panel, one, two)
    assert shown["tags"] == ["a", "b", "c"] and shown["lists"] == [gold]
    (kept,) = [kept for key, kept in (await stored(house, acme, one))["counts"].items() if key.startswith("event:")]
    assert (kept["count"], kept["first"], kept["last"]) == (5, 1_000, 9_000)
    await eventually_get(panel, f"segments/{segment['id']}", lambda found: found["size"] == 1)
    assert (await panel("GET", f"contacts/{one}"))["segments"] == [segment["id"]]


async def eventually_get(panel: Any, path: str, holds: Any) -> Any:
    for _ in range(500):
        found = await panel("GET", path)
        if holds(found):
            return found
        await asyncio.sleep(0.01)
    raise AssertionError(f"{path} stays {found}")


async def test_the_earliest_and_the_latest_moments_and_all_pages_count(panel, house, acme):
    now = house.hub.clock.now()
    one, two = await panel.contact(first_name="One"), await panel.contact(first_name="Two")
    for contact, ats in ((one, (5_000, 6_000)), (two, (1_000, 9_000, 4_000))):
        pages = [{"contact": contact, "url": f"https://acme.example/{at}", "at": now - at} for at in ats]
        await panel("POST", "events", pages=pages)
    await settled(house)
    before = [await stored(house, acme, id) for id in (one, two)]
    await merge(panel, two, one)
    after = await stored(house, acme, two)
    assert after["page_views"] == 5 and after["page"]["url"] == "https://acme.example/1000"
    assert (after["first_seen"], after["last_seen"]) == (now - 9_000, now - 1_000)
    assert after["created"] == min(each["created"] for each in before)


async def test_the_newest_times_of_both_are_kept_for_conditions_on_windows(panel, house, acme):
    now = house.hub.clock.now()
    where = {"all": [{"type": "event", "event": "bought", "at_least": 4, "within_days": 3}]}
    await panel("POST", "segments", name="Busy", where=where)
    one, two = await panel.contact(first_name="One"), await panel.contact(first_name="Two")
    for number in range(3):
        await panel("POST", f"contacts/{one}/events", name="bought", at=now - 1000 * number)
        await panel("POST", f"contacts/{two}/events", name="bought", at=now - 500 - 1000 * number)
    shown = await merge(panel, one, two)
    (kept,) = [kept for key, kept in (await stored(house, acme, one))["counts"].items() if key.startswith("event:")]
    assert kept["times"] == [now, now - 500, now - 1000, now - 1500] and kept["nth4"] == now - 1500
    await eventually_get(panel, f"contacts/{shown['id']}", lambda found: len(found["segments"]) == 1)


async def test_every_further_address_and_id_finds_the_parent_and_can_become_its_own(panel):
    one = await panel.contact(email="one@acme.example", custom_id="u-1")
    two = await panel.contact(email="Two@acme.example", custom_id="u-2")
    three = await panel.contact(email="three@acme.example")
    await merge(panel, two, three)
    await merge(panel, one, two)
    for known in ({"custom_id": "u-2"}, {"email": "two@ACME.example"}, {"email": "three@acme.example"}):
        found = await panel("POST", "contacts/upsert", attributes=known)
        assert (found["contact"]["id"], found["created"]) == (one, False), known
        assert (found["contact"]["email"], found["contact"]["custom_id"]) == ("one@acme.example", "u-1")
    changed = await panel("PATCH", f"contacts/{one}", attributes={"email": "two@acme.example"})
    assert changed["email"] == "two@acme.example"
    other = await panel.contact(first_name="Other")
    with pytest.raises(Refused) as refused:
        await panel("PATCH", f"contacts/{other}", attributes={"email": "three@acme.example"})
    assert refused.value.status == 409


async def test_the_merged_one_is_in_no_list_no_search_and_no_segment_and_its_id_leads_to_the_parent(panel, house, acme):
    one, two = await panel.contact(first_name="Unum"), await panel.contact(first_name="Duo", email="duo@acme.example")
    three = await panel.contact(first_name="Tria")
    everybody = await panel("POST", "segments", name="Everybody", where={"all": []})
    await merge(panel, two, three)
    await merge(panel, one, two)
    assert [each["id"] for each in (await panel("GET", "contacts"))["contacts"]] == [one]
    assert (await panel("GET", "contacts?search=duo"))["contacts"][0]["id"] == one  # its address is the parent's now
    assert (await panel("GET", "contacts?search=tria"))["contacts"] == []
    await eventually_get(panel, f"segments/{everybody['id']}", lambda found: found["size"] == 1)
    for old in (two, three):
        assert (await panel("GET", f"contacts/{old}"))["id"] == one
        await panel("POST", f"contacts/{old}/tags", tag=f"by {old}")
        await panel("POST", f"contacts/{old}/events", name="late")
    assert len((await panel("GET", f"contacts/{one}"))["tags"]) == 2
    assert await house.hub.store.get(Scope(acme.id), CONTACTS, three) is None


async def test_the_timeline_of_the_parent_shows_what_all_of_them_did_page_by_page(panel):
    one, two = await panel.contact(first_name="One"), await panel.contact(first_name="Two")
    for number in range(8):
        await panel("POST", f"contacts/{(one, two)[number % 2]}/events", name=f"e{number}", at=1_000 + number)
    await merge(panel, one, two)
    await panel("POST", f"contacts/{one}/events", name="e8", at=1_008)
    seen, cursor = [], ""
    while cursor is not None:
        page = await panel(
            "GET", f"contacts/{one}/timeline?kinds=event&limit=2" + (f"&cursor={cursor}" if cursor else "")
        )
        seen += [entry["data"]["name"] for entry in page["entries"]]
        cursor = page["cursor"]
    assert seen == [f"e{number}" for number in reversed(range(9))]
    (entry,) = [e for e in (await panel("GET", f"contacts/{one}/timeline"))["entries"] if e["kind"] == "merge"]
    assert entry["data"]["contacts"] == [two] and entry["data"]["names"] == ["Two"]


# ── what can't be ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_merge_that_makes_no_sense_is_refused_with_a_reason_and_changes_nothing(
    panel, globex_panel, house, acme
):
    one, two, three = [await panel.contact(first_name=name) for name in ("One", "Two", "Three")]
    foreign = await globex_panel.contact(first_name="Gina")
    await merge(panel, one, two)
    before = await everything(house, acme)
    assert await refusal(panel, one, one) == (400, "A contact can't be merged with itself.")
    assert await refusal(panel, two, one) == (400, "A contact can't be merged with itself.")  # in a circle
    assert await refusal(panel, one, three, one) == (400, "A contact can't be merged with itself.")
    assert await refusal(panel, three, two) == (400, f"Contact {two} was merged into {one} before. Merge that one.")
    assert (await refusal(panel, one, three, foreign))[0] == (await refusal(panel, foreign, one))[0] == 404
    assert (await refusal(panel, one))[0] == (await refusal(panel, one, *range(900, 951)))[0] == 400
    assert (await refusal(panel, one, 987_654))[0] == 404
    assert await everything(house, acme) == before
    assert (await globex_panel("GET", f"contacts/{foreign}"))["first_name"] == "Gina"


async def everything(house: Any, company: Any) -> Any:
    scope = Scope(company.id)
    return [
        [document async for chunk in house.hub.store.export(scope, collection) for document in chunk]
        for collection in (CONTACTS, MERGED, BROWSERS, CONVERSATIONS)
    ]


async def test_the_same_merge_twice_is_the_same_as_once_also_at_once(panel, house, acme):
    one, two = await panel.contact(first_name="One"), await panel.contact(first_name="Two", email="two@acme.example")
    for at in (1_000, 2_000):
        await panel("POST", f"contacts/{two}/events", name="bought", at=at)
    answers = await asyncio.gather(*(merge(panel, one, two) for _ in range(4)))
    again = await merge(panel, one, two)
    assert {answer["id"] for answer in answers} == {again["id"]} == {one} and again["email"] == "two@acme.example"
    (kept,) = (await stored(house, acme, one))["counts"].values()
    assert kept["count"] == 2


async def test_two_that_are_merged_into_each_other_at_once_are_one_in_the_end(panel):
    one, two = await panel.contact(first_name="One"), await panel.contact(first_name="Two")
    await asyncio.gather(merge(panel, one, two), merge(panel, two, one), return_exceptions=True)
    left = (await panel("GET", "contacts"))["contacts"]
    assert len(left) == 1
    assert (
        (await panel("GET", f"contacts/{one}"))["id"] == (await panel("GET", f"contacts/{two}"))["id"] == left[0]["id"]
    )


async def test_fifty_at_once_while_they_change_lose_nothing(panel, house, acme):
    parent = await panel.contact(first_name="Parent")
    others = [await panel.contact(first_name=f"N{number}") for number in range(50)]

    async def change() -> None:
        for contact in others[::5]:
            await panel("POST", f"contacts/{contact}/events", name="bought")

    await asyncio.gather(merge(panel, parent, *others), change())
    counts = (await stored(house, acme, parent))["counts"]
    assert sum(kept["count"] for kept in counts.values()) == 10


# ── conversations and sockets ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_conversation_goes_on_where_it_was_and_belongs_to_the_parent(panel, acme):
    vera, ada, walt = await acme.visitor(), await acme.agent(), await acme.visitor()
    conversation = (await vera.says("Hello"))["conversation"]
    own = vera.session["contact"]["id"]
    parent = await panel.contact(first_name="Vera", email="vera@acme.example")
    ada.forget()
    await merge(panel, parent, own)
    state = await ada.hears("conversation", id=conversation)
    assert state["contact"]["id"] == parent and state["contact"]["name"] == "Vera"
    await eventually(lambda: vera.events("session")[-1]["contact"]["id"] == parent)
    assert [each["id"] for each in vera.session["conversations"]] == [conversation]
    assert vera.session["contact"]["email"] == "vera@acme.example"
    message = await vera.says("Still me", conversation)
    assert message["author"]["id"] == parent and message["position"] == 2
    await ada.hears("message", text="Still me")
    await ada.says("Yes?", conversation)
    await vera.hears("message", text="Yes?")
    await vera.call("page", url="https://acme.example/after")
    card = await ada.call("contact.open", contact=own)
    assert card["contact"]["id"] == parent and card["contact"]["online"]
    assert [page["url"] for page in card["pages"]] == ["https://acme.example/after"]
    assert not vera.disconnected.is_set() and not walt.events("message") and len(walt.events("session")) == 1
    again = await acme.visitor(vera.token)
    assert again.session["contact"]["id"] == parent and again.session["user_key"] == vera.session["user_key"]


async def test_two_signed_ones_see_each_others_conversations_at_once(panel, acme):
    home = await acme.visitor(identity=signed(acme, "home"))
    work = await acme.visitor(identity=signed(acme, "work"))
    first, second = (await home.says("From home"))["conversation"], (await work.says("From work"))["conversation"]
    await work.says("Once more", second)  # the place is remembered now, with its contact
    await merge(panel, home.session["contact"]["id"], work.session["contact"]["id"])
    await eventually(lambda: len(work.session["conversations"]) == 2)
    await work.says("And again", second)
    await work.says("I see it", first)
    await home.hears("message", text="I see it")
    await home.says("Me too", second)
    await work.hears("message", text="Me too")
    later = await acme.visitor(identity=signed(acme, "work"))
    assert {each["id"] for each in later.session["conversations"]} == {first, second}


async def test_a_message_whose_answer_was_lost_in_the_merge_is_still_one_message(panel, acme):
    vera = await acme.visitor(identity=signed(acme, "v-1"))
    first = await vera.says("Once", client_id="mine")
    parent = await panel.contact(first_name="Vera")
    await merge(panel, parent, vera.session["contact"]["id"])
    await eventually(lambda: vera.session["contact"]["id"] == parent)
    again = await vera.says("Once", client_id="mine")
    assert again["id"] == first["id"]


async def test_who_proves_to_be_somebody_takes_along_what_it_did_before(acme, house, panel):
    known = await panel.contact(first_name="Olga", custom_id="u-1")
    browser = await acme.visitor()
    await browser.call("event", name="looked")
    conversation = (await browser.says("Who am I?"))["conversation"]
    anonymous = browser.session["contact"]["id"]
    olga = await acme.visitor(browser.token, identity=signed(acme, "u-1"))
    assert olga.session["contact"]["id"] == known
    assert [each["id"] for each in olga.session["conversations"]] == [conversation]
    await eventually(lambda: browser.session["contact"]["id"] == known)  # her other tab follows
    assert (await panel("GET", f"contacts/{anonymous}"))["id"] == known
    assert (await stored(house, acme, known))["merged"] == [anonymous]


async def test_who_only_claims_to_be_somebody_and_who_has_a_name_of_its_own_is_not_merged(acme, panel):
    known = await panel.contact(first_name="Olga", custom_id="u-1")
    vera = await acme.visitor()
    own = vera.session["contact"]["id"]
    await acme.visitor(vera.token, identity={"user_id": "u-1"})
    await vera.call("contact.update", email="vera@acme.example")
    await acme.visitor(vera.token, identity=signed(acme, "u-1"))
    assert {each["id"] for each in (await panel("GET", "contacts"))["contacts"]} == {own, known}


async def test_what_does_not_fit_into_one_batch_follows(panel, acme, house, monkeypatch):
    monkeypatch.setattr(merges, "_CHUNK", 2)
    vera = await acme.visitor()
    ada = await acme.agent()
    for number in range(7):
        conversation = (await vera.says(f"Talk {number}"))["conversation"]
        await ada.call("conversation.close", conversation=conversation)
    parent, own = await panel.contact(first_name="Vera"), vera.session["contact"]["id"]
    await merge(panel, parent, own)
    scope = Scope(acme.id)
    for _ in range(500):
        if await house.hub.store.count(scope, CONVERSATIONS, Eq("contact", parent)) == 7:
            break
        await asyncio.sleep(0.01)
    assert await house.hub.store.count(scope, CONVERSATIONS, Eq("contact", own)) == 0
    assert len((await ada.call("contact.open", contact=parent))["conversations"]) == 7


# ── both engines ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_both_engines_hold_the_same_after_a_merge(engine: Engine):
    batch = Batch(Scope(1))
    batch.insert(CONTACTS, {"id": 1, "revision": 1, "tags": [1]})
    batch.insert(CONTACTS, {"id": 2, "revision": 1, "tags": [2], "first_name": "Two"})
    batch.claim("contact.email", "two@acme.example", 2)
    await engine.commit(batch)
    batch = Batch(Scope(1))
    batch.guard(CONTACTS, 1, Eq("revision", 1))
    batch.patch(CONTACTS, 1, set={"tags": [1, 2], "first_name": "Two", "merged": [2]})
    batch.hold("contact.email", "two@acme.example", 1)
    batch.delete(CONTACTS, 2)
    batch.insert(MERGED, {"id": 2, "merged_into": 1, "at": 5})
    await engine.commit(batch)
    assert [each["id"] for each in await engine.search(Scope(1), CONTACTS, "two")] == [1]
    assert [each["id"] for each in (await engine.find(Scope(1), CONTACTS, Eq("tags", 2))).items] == [1]
    assert [each["id"] for each in (await engine.find(Scope(1), MERGED, Eq("merged_into", 1))).items] == [2]
    assert await engine.key(Scope(1), "contact.email", "two@acme.example") == 1
    assert await engine.count(INSTALLATION, JOBS, Lte("due", 0)) == 0


async def test_a_merge_that_a_crash_broke_off_is_finished_by_the_next_process(tmp_path, monkeypatch):
    talks, turn = 6, merges._TURN
    async with open_house(tmp_path / "data") as house:
        company = Company(house, await house.application("Acme"))
        vera, ada = await company.visitor(), await company.agent()
        for number in range(talks):
            await ada.call("conversation.close", conversation=(await vera.says(f"Talk {number}"))["conversation"])
        own = vera.session["contact"]["id"]
        panel = await panel_of(company)
        parent = await panel.contact(first_name="Vera")
        monkeypatch.setattr(merges, "_CHUNK", 2)
        monkeypatch.setattr(merges, "_TURN", -1.0)  # the job never comes to do anything
        await merge(panel, parent, own)
        scope = Scope(company.id)
        assert await house.hub.store.count(scope, CONVERSATIONS, Eq("contact", own)) == talks - 2
        assert (await panel("GET", f"contacts/{own}"))["id"] == parent
        await panel._http.close()
        await company.go_home()
    monkeypatch.setattr(merges, "_TURN", turn)
    async with open_house(tmp_path / "data") as house:
        for _ in range(500):
            if await house.hub.store.count(scope, CONVERSATIONS, Eq("contact", parent)) == talks:
                break
            await asyncio.sleep(0.02)
        assert await house.hub.store.count(scope, CONVERSATIONS, Eq("contact", own)) == 0


async def test_what_a_merge_would_make_is_shown_before_and_is_what_it_makes(panel, globex_panel):
    vera = await panel.contact(first_name="Vera", email="vera@x.pl", plan="pro")
    twin = await panel.contact(
        first_name="V.", last_name="Novak", email="v@x.pl", custom_id="c-7", plan="free", seats=4
    )
    await panel("POST", f"contacts/{twin}/tags", tag="vip")
    shown = await panel("POST", f"contacts/{vera}/merge/preview", others=[twin])
    assert shown["also"] == ["v@x.pl"]
    assert (await panel("GET", f"contacts/{twin}"))["id"] == twin, "nothing is merged by looking"
    await merge(panel, vera, twin)
    made = await panel("GET", f"contacts/{vera}/profile")
    differs = {"updated_at"}
    assert {k: v for k, v in shown["values"].items() if k not in differs} == {
        k: v for k, v in made["values"].items() if k not in differs
    }
    assert shown["contact"]["tags"] == made["contact"]["tags"] == ["vip"]
    assert made["values"]["seats"] == 4 and made["values"]["custom_id"] == "c-7" and made["values"]["plan"] == "pro"
    for call, status in ((panel, 400), (globex_panel, 404)):
        with pytest.raises(Refused) as refused:
            await call("POST", f"contacts/{vera}/merge/preview", others=[vera])
        assert refused.value.status == status
