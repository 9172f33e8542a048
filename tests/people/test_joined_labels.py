"""Tags and lists that become one, that are deleted and come back, and what asks for them meanwhile."""

from __future__ import annotations

import aiohttp
import pytest

from tests.people.conftest import Refused, house_on
from tests.support.house import ServerProcess, run_init
from tests.support.people import settled

pytestmark = pytest.mark.annex("U6", "U7")


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request, tmp_path):
    """A hub on each engine."""
    async with house_on(request, tmp_path) as house:
        yield house


def tagged(name: str) -> dict:
    return {"type": "tag", "tag": name}


async def tag_ids(panel) -> dict[str, int]:
    return {each["name"]: each["id"] for each in await panel("GET", "tags")}


async def test_tags_become_one_on_contacts_and_companies_and_segments_mean_the_same(house, acme, panel):
    both, one, other, none = [await panel.contact() for _ in range(4)]
    tea = (await panel("POST", "companies", attributes={"name": "Tea House"}))["id"]
    for who, names in ((both, ("VIP", "v.i.p.")), (one, ("VIP",)), (other, ("v.i.p.",)), (none, ("else",))):
        for name in names:
            await panel("POST", f"contacts/{who}/tags", tag=name)
    await panel("POST", f"companies/{tea}/tags", tag="v.i.p.")
    asked = await panel.segment(
        "Asked", {"any": [tagged("V.I.P."), {"type": "attribute", "attribute": "seats", "op": "gt", "value": 5}]}
    )
    without = await panel.segment("Without", {"none": [tagged("vip")]})
    await panel("POST", "views", name="Old", where=tagged("v.i.p."))
    await settled(house)
    assert (await panel("GET", f"segments/{asked}"))["size"] == 2
    ada = await acme.agent()
    ids = await tag_ids(panel)
    stays = await panel("POST", f"tags/{ids['VIP']}/merge", others=[ids["v.i.p."]])
    assert (stays["id"], stays["name"]) == (ids["VIP"], "VIP")
    await settled(house)
    tags = {each["name"]: each for each in await panel("GET", "tags")}
    assert set(tags) == {"VIP", "else"}
    assert (tags["VIP"]["count"], tags["VIP"]["companies"], set(tags["VIP"]["segments"])) == (3, 1, {asked, without})
    for who, names in ((both, ["VIP"]), (one, ["VIP"]), (other, ["VIP"]), (none, ["else"])):
        assert (await panel("GET", f"contacts/{who}"))["tags"] == names
    assert (await panel("GET", f"companies/{tea}"))["tags"] == ["VIP"]
    segment = await panel("GET", f"segments/{asked}")
    assert segment["where"]["all"][0]["any"][0] == tagged("VIP")
    assert (segment["size"], (await panel("GET", f"segments/{without}"))["size"]) == (3, 1)
    assert (await panel("GET", "views"))["views"][0]["where"] == {"all": [tagged("VIP")]}
    assert [each for each in ada.events("segment") if not each["inside"]] == []
    assert ada.events("labels")


async def test_lists_become_one_and_conditions_follow_by_their_id(house, panel):
    tea, cha, mate = [(await panel("POST", "lists", name=name))["id"] for name in ("Tea", "Cha", "Mate")]
    people = [await panel.contact() for _ in range(3)]
    for who, list in zip(people, (tea, cha, mate), strict=True):
        await panel("PUT", f"contacts/{who}/lists/{list}")
    drinkers = await panel.segment("Drinkers", {"type": "list", "list": mate})
    await panel("POST", f"lists/{tea}/merge", others=[cha, mate, cha])
    await settled(house)
    assert [(each["name"], each["count"], each["segments"]) for each in await panel("GET", "lists")] == [
        ("Tea", 3, [drinkers])
    ]
    assert (await panel("GET", f"segments/{drinkers}"))["size"] == 3


async def test_who_watches_is_told_at_the_end_that_a_merged_tag_is_gone(house, acme, globex, panel):
    ids = [(await panel("POST", "tags", name=name))["tag"]["id"] for name in ("a", "b")]
    ben, gus = await acme.agent("ben@acme.example"), await globex.agent()
    await panel("POST", f"tags/{ids[0]}/merge", others=ids[1:])
    await settled(house)
    await ben.hears("labels")
    assert gus.events("labels") == [] and list(await tag_ids(panel)) == ["a"]


async def test_merging_what_can_t_be_merged_is_refused_and_changes_nothing(house, panel, globex_panel):
    a, b = [(await panel("POST", "tags", name=name))["tag"]["id"] for name in ("a", "b")]
    theirs = (await globex_panel("POST", "tags", name="theirs"))["tag"]["id"]
    for into, others, status in ((a, [a], 400), (a, [theirs], 404), (999, [a], 404), (a, [], 400), (theirs, [a], 404)):
        with pytest.raises(Refused) as refused:
            await panel("POST", f"tags/{into}/merge", others=others)
        assert refused.value.status == status
    await settled(house)
    assert set(await tag_ids(panel)) == {"a", "b"}
    assert [each["merging"] for each in await panel("GET", "tags")] == [None, None]
    assert b


async def test_a_renamed_tag_keeps_its_segments(house, panel):
    vera = await panel.contact()
    vip = (await panel("POST", f"contacts/{vera}/tags", tag="vip"))["tag"]["id"]
    guests = await panel.segment("Guests", tagged("vip"))
    await settled(house)
    await panel("PATCH", f"tags/{vip}", name="Guest")
    walt = await panel.contact()
    await panel("POST", f"contacts/{walt}/tags", tag="guest")
    await settled(house)
    segment = await panel("GET", f"segments/{guests}")
    assert (segment["where"], segment["size"]) == ({"all": [tagged("Guest")]}, 2)


@pytest.mark.parametrize("kind", ["tag", "list"])
async def test_what_was_deleted_comes_back_to_all_who_had_it_and_to_its_segments(house, panel, kind):
    vera = await panel.contact()
    if kind == "tag":
        id = (await panel("POST", f"contacts/{vera}/tags", tag="vip"))["tag"]["id"]
        condition = tagged("vip")
    else:
        id = (await panel("POST", "lists", name="vip"))["id"]
        await panel("PUT", f"contacts/{vera}/lists/{id}")
        condition = {"type": "list", "list": id}
    guests = await panel.segment("Guests", condition)
    await settled(house)
    await panel("DELETE", f"{kind}s/{id}")
    await settled(house)
    assert (await panel("GET", f"contacts/{vera}"))[f"{kind}s"] == await panel("GET", f"{kind}s") == []
    assert (await panel("GET", f"segments/{guests}"))["size"] == 0
    restored = await panel("POST", f"{kind}s/{id}/restore")
    assert (restored["id"], restored["name"]) == (id, "vip")
    await settled(house)
    assert len((await panel("GET", f"contacts/{vera}"))[f"{kind}s"]) == 1
    assert (await panel("GET", f"segments/{guests}"))["size"] == 1
    await panel("DELETE", f"{kind}s/{id}")
    await panel("POST", f"{kind}s", name="vip")
    with pytest.raises(Refused) as refused:
        await panel("POST", f"{kind}s/{id}/restore")
    assert refused.value.body["code"] == "taken"


async def test_what_nobody_brings_back_is_forgotten(house, acme, panel):
    from hub.people.collections import CONTACTS, TAGS
    from hub.people.labels.keeping import forget_label
    from storage.engine import Scope

    vera, scope = await panel.contact(), Scope(acme.id)
    vip = (await panel("POST", f"contacts/{vera}/tags", tag="vip"))["tag"]["id"]
    await panel("DELETE", f"tags/{vip}")
    gone = (await house.hub.store.get(scope, TAGS, vip))["gone"]
    await forget_label(house.hub, scope, {"kind": "tag", "label": vip, "gone": gone})
    assert await house.hub.store.get(scope, TAGS, vip) is None
    assert (await house.hub.store.get(scope, CONTACTS, vera))["tags"] == []
    with pytest.raises(Refused):
        await panel("POST", f"tags/{vip}/restore")


async def test_a_merge_is_whole_after_kill_9(tmp_path):
    import asyncio

    key = run_init(tmp_path / "data")["api_key"]
    server = ServerProcess(tmp_path / "data")

    async def call(method: str, path: str, **body):
        async with (
            aiohttp.ClientSession(server.url, headers={"Authorization": f"Token {key}"}) as http,
            http.request(method, f"/api/app/{path}", json=body or None) as response,
        ):
            assert response.status < 300, await response.text()
            return await response.json()

    with server:
        for _ in range(30):
            await asyncio.gather(*(call("POST", "contacts", attributes={"seats": 1}) for _ in range(50)))
        a, b = [(await call("POST", "tags", name=name))["tag"]["id"] for name in "ab"]
        begun = await call("POST", "operations", tag="b", where={"all": []})
        async with asyncio.timeout(30):
            while (await call("GET", f"operations/{begun['id']}"))["status"] != "done":
                await asyncio.sleep(0.05)
        await call("POST", f"tags/{a}/merge", others=[b])
        server.kill()
        server.start()
        async with asyncio.timeout(30):
            while len(await call("GET", "tags")) > 1:
                await asyncio.sleep(0.05)
        assert [(each["name"], each["count"]) for each in await call("GET", "tags")] == [("a", 1500)]
