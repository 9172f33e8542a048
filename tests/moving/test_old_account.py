"""Moving in from an account in the shapes of User.com's documentation, over a network with moods (X3)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from hub.accounts.grants import AGENT, SYSTEM
from hub.chat.conversations import ListConversations, OpenConversation, list_conversations, open_conversation
from hub.core.actor import Actor
from hub.core.errors import Forbidden, InvalidPayload
from hub.core.jobs import JOBS
from hub.crm.activities.activities import ActivityCustomId, get_activity_by_custom_id
from hub.crm.deals.deals import DealCustomId, get_deal_by_custom_id
from hub.crm.deals.finding import FindDeals, find_deals
from hub.crm.notes import CrmNotesOf, list_notes
from hub.crm.pipelines.pipelines import list_pipelines
from hub.crm.products import FindProducts, find_products
from hub.moving import source
from hub.moving.order import Move, MoveOrder
from hub.moving.running import move_in
from hub.people.companies.companies import FindCompanies, find_companies
from hub.people.profile import ProfileOf, read_profile
from hub.people.records import RecordRef, read_record
from hub.people.timeline import TimelineOf, read_timeline
from storage.engine import INSTALLATION, Scope
from tests.moving.old_account import TOKEN, OldAccount, broken, running_account, throttled

pytestmark = pytest.mark.annex("X3")


@pytest.fixture
async def account() -> AsyncIterator[OldAccount]:
    async with running_account() as account:
        yield account


class Mover:
    """The command's other half, in the test's own loop."""

    def __init__(self, acme: Any) -> None:
        self.hub = acme.house.hub
        self.actor = Actor("system", 0, "User.com", Scope(acme.id), SYSTEM)

    async def __call__(self, account: OldAccount, **order: Any) -> Move:
        given = {"host": account.url, "token": TOKEN} | order
        async for state in await move_in(self.hub, self.actor, MoveOrder(**given)):
            last = state
        return last

    async def contact(self, email: str) -> dict[str, Any]:
        return (await read_record(self.hub, self.actor, RecordRef(email, by="email"))).document


@pytest.fixture
def mover(acme) -> Mover:
    return Mover(acme)


def counts(state: Move, name: str) -> tuple[int, int, int, int]:
    tally = state.resources[name]
    return tally.created, tally.updated, tally.unchanged, tally.left_out


def reasons(state: Move, resource: str) -> set[str]:
    return {each.reason for each in state.problems if each.resource == resource}


async def test_people_come_with_their_times_their_browsers_and_what_they_did(mover: Mover, account: OldAccount):
    state = await mover(account)
    assert state.state == "done" and counts(state, "users") == (3, 0, 0, 0)
    vera = await mover.contact("vera@example.com")
    assert (vera["key"], vera["custom_id"], vera["page_views"], vera["name"]) == (
        "aB3dEfGh6jKm",
        "v-1",
        17,
        "Vera Ivory",
    )
    assert (vera["created"], vera["first_seen"]) == (1538727249120, 1538727249120)
    assert vera["facts"] == {"browser": "Firefox", "os": "Mac OS X", "screen": "1920x1080", "language": "en"}
    assert vera["companies"][0]["since"] == 1538727249120 and vera["unsubscribed"] is True
    values = (await read_profile(mover.hub, mover.actor, ProfileOf(vera["id"]))).values
    assert (values["plan"], values["born"], values["gender"]) == (["pro"], "1990-05-17", "female")
    entries = (await read_timeline(mover.hub, mover.actor, TimelineOf(vera["id"], ["event"]))).entries
    assert [(each.at, each.data["data"]) for each in entries] == [
        ("2019-01-02T00:00:00.000Z", {"value": 7}), ("2019-01-01T00:00:00.000Z", {}),
    ]  # fmt: skip
    walt = await mover.contact("walt@example.com")
    assert walt.get("name") is None, "over there the address stands for the name"
    values = (await read_profile(mover.hub, mover.actor, ProfileOf(walt["id"]))).values
    assert values["plan"] == ["free", "trial"] and values.get("born") is None
    assert any(each.startswith("born: ") for each in reasons(state, "users")), "what could not be taken is told"
    names = [each.name for each in (await find_companies(mover.hub, mover.actor, FindCompanies(sort="id"))).companies]
    assert len({name.partition(" (")[0].lower() for name in names}) == 1 and len(names) == 2, "names are unique here"


async def test_deals_come_with_their_stages_orders_and_notes_although_pipelines_are_not_offered(
    mover: Mover, account: OldAccount
):
    state = await mover(account, agents={"5567": "ada@acme.example"})
    assert counts(state, "deals") == (2, 0, 0, 0) and state.resources["pipelines"].state == "not_offered"
    deal = await get_deal_by_custom_id(mover.hub, mover.actor, DealCustomId("d-1"))
    assert (deal.value, deal.currency, deal.status, deal.created) == (
        "525.00",
        "USD",
        "in_progress",
        "2018-10-05T08:14:09.120Z",
    )
    assert deal.attributes == {"discount": 5} and deal.tags == ["hot"]
    vera = await mover.contact("vera@example.com")
    assert deal.contact is not None and deal.contact.id == vera["id"]
    made = [each for each in (await list_pipelines(mover.hub, mover.actor)).pipelines if each.name == "Pipeline 4338"]
    assert [stage.name for stage in made[0].stages] == ["Stage 25898", "Stage 25899"]
    (note,) = (await list_notes(mover.hub, mover.actor, CrmNotesOf("deal", deal.id))).notes
    assert (note.text, note.author.name, note.created) == ("Call back", "Ada", "2018-10-05T08:14:09.120Z")
    (note,) = (await list_notes(mover.hub, mover.actor, CrmNotesOf("contact", vera["id"]))).notes
    assert (note.text, note.author.kind) == ("Likes tea", "agent")
    lost = next(
        each for each in (await find_deals(mover.hub, mover.actor, FindDeals())).deals if each.name == "Lost one"
    )
    assert (lost.status, lost.lost_at) == ("lost", "2018-11-01T00:00:00.000Z")
    activity = await get_activity_by_custom_id(mover.hub, mover.actor, ActivityCustomId("a-1"))
    assert (activity.name, activity.duration, activity.done) == ("Call Vera", 30, False)
    assert activity.deal is not None and activity.deal.id == deal.id
    assert counts(state, "activities") == (1, 0, 0, 1)
    prices = {each.name: each.price for each in (await find_products(mover.hub, mover.actor, FindProducts())).products}
    assert prices == {"Tea": "12.50", "Cup": None}


async def test_agents_who_are_not_here_are_told_with_the_option_that_names_them(mover: Mover, account: OldAccount):
    state = await mover(account)
    assert "Its agent 9999 is not known here. Run again with --agent 9999=E-MAIL to name the agent." in reasons(
        state, "users"
    )
    named = await mover(account, agents={"5567": "ada@acme.example", "9999": "ada@acme.example"})
    assert not any("agent" in each for each in reasons(named, "users")) and counts(named, "users") == (0, 2, 1, 0)


async def test_a_conversation_comes_with_its_times_and_authors_and_nobody_hears_of_it(
    acme, mover: Mover, account: OldAccount
):
    ada, vera = await acme.agent(), await acme.visitor()
    state = await mover(account)
    assert counts(state, "conversations") == (1, 0, 0, 1)
    assert "Its user did not come in." in reasons(state, "conversations")
    (found,) = (await list_conversations(mover.hub, mover.actor, ListConversations())).conversations
    assert (found.status, found.unread, found.assignee and found.assignee.name) == ("open", 0, "Ada")
    assert (found.created_at, found.updated_at) == ("2017-05-24T11:06:40.378Z", "2017-05-24T11:07:40.378Z")
    opened = await open_conversation(mover.hub, mover.actor, OpenConversation(found.id))
    assert [(each.text, each.author.kind, each.author.name, each.at) for each in opened.messages] == [
        ("How can I help?", "agent", "Ada", "2017-05-24T11:06:40.378Z"),
        ("With tea", "contact", "Vera", "2017-05-24T11:07:40.378Z"),
    ]
    kept = (await mover.contact("vera@example.com"))["conversations"]
    assert kept == {"open": 1, "begun": 1, "waiting": True}
    jobs = [row async for rows in mover.hub.store.export(INSTALLATION, JOBS) for row in rows]
    assert [row["kind"] for row in jobs if row["app"] == acme.id and row["kind"] != "crm.remind"] == []
    said = await vera.says("Something of today")  # behind the history on the same road: had that come, it came before
    assert await ada.hears("message", text="Something of today")
    assert [each["conversation"] for each in ada.events("message")] == [said["conversation"]]
    assert {name for name, _ in ada.heard} & {"deal", "activity", "crm.note"} == set()


async def test_a_second_time_changes_nothing(mover: Mover, account: OldAccount):
    first = await mover(account)
    second = await mover(account)
    for name, tally in second.resources.items():
        assert (tally.created, tally.updated) == (0, 0), name
        assert tally.seen == first.resources[name].seen, name


async def test_throttled_broken_and_failing_answers_are_asked_again(
    mover: Mover, account: OldAccount, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(source, "_PAUSE", 0.01)
    account.moods = {
        "users": [throttled(1), web.Response(status=500), broken(), web.Response(status=502)],
        "conversations/748553": [throttled(1)], "users/11/events": [broken()],
    }  # fmt: skip
    state = await mover(account)
    assert state.state == "done" and state.waited >= 2
    assert counts(state, "users") == (3, 0, 0, 0) and counts(state, "events") == (2, 0, 0, 0)


async def test_an_account_that_goes_away_cuts_it_off_and_the_next_run_goes_on_there(
    mover: Mover, account: OldAccount, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(source, "_PAUSE", 0.01)
    account.moods = {"products": [web.Response(status=503) for _ in range(7)]}
    state = await mover(account)
    assert state.state == "cut_off" and state.problem and "goes on from here" in state.problem
    assert counts(state, "users") == (3, 0, 0, 0)
    asked = account.asked["users"]
    state = await mover(account)
    assert state.state == "done" and account.asked["users"] == asked, "users were in already"
    assert counts(state, "products") == (2, 0, 0, 0) and counts(state, "users") == (3, 0, 0, 0)


async def test_what_the_key_may_not_see_is_told_and_the_rest_comes(mover: Mover, account: OldAccount):
    account.moods = {"companies": [web.Response(status=403)]}
    account.gone = {"deals", "users/11/notes", "users/12/notes", "users/13/notes"}
    state = await mover(account)
    assert state.state == "done" and counts(state, "users") == (3, 0, 0, 0)
    assert "(403)" in "".join(reasons(state, "companies")) and "(404)" in "".join(reasons(state, "deals"))
    assert any("notes about a contact" in each for each in reasons(state, "notes"))


async def test_a_wrong_token_and_a_wrong_host_are_refused_at_once(mover: Mover, account: OldAccount):
    state = await mover(account, token="wrong")
    assert state.state == "cut_off" and state.problem and "refuses the token" in state.problem
    with pytest.raises(InvalidPayload):
        await mover(account, host="ftp://acme.user.com")
    with pytest.raises(InvalidPayload):
        await mover(account, leave_out=["everything"])
    nobody = Actor("agent", 1, "Ada", mover.actor.scope, AGENT)
    with pytest.raises(Forbidden):
        await move_in(mover.hub, nobody, MoveOrder(account.url, TOKEN))


async def test_the_token_is_kept_nowhere_and_globex_has_nothing_of_it(acme, globex, mover: Mover, account: OldAccount):
    await mover(account)
    scope = Scope(acme.id)
    kept = [
        each
        for name in ("moves",)
        async for chunk in mover.hub.store.export(scope, _collection(name))
        for each in chunk
    ]
    assert kept and TOKEN not in repr(kept)
    stranger = Actor("system", 0, "User.com", Scope(globex.id), SYSTEM)
    assert (await find_deals(mover.hub, stranger, FindDeals())).deals == []
    assert (await find_companies(mover.hub, stranger, FindCompanies())).companies == []


def _collection(name: str) -> Any:
    from server import COLLECTIONS

    return next(each for each in COLLECTIONS if each.name == name)


async def test_only_what_changed_since_is_asked_for(mover: Mover, account: OldAccount):
    await mover(account)
    asked = account.asked.copy()
    state = await mover(account, since=1_577_836_800_000, leave_out=["segments"])
    assert state.resources["users"].seen == 1 and account.asked["users"] == asked["users"]
    assert account.asked["users/11/events"] == asked["users/11/events"]
    assert account.asked["users/13/events"] == asked["users/13/events"] + 1
    assert "segments" not in state.resources and account.asked["segments"] == asked["segments"]
    assert state.resources["deals"].seen == 1, "one is older, the other one does not say when it changed"


async def test_a_list_whose_cursor_has_expired_begins_again(
    mover: Mover, account: OldAccount, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(source, "_PAUSE", 0.01)
    account.tired = {"users?cursor=2": [web.Response(status=503) for _ in range(7)]}
    state = await mover(account)
    assert state.state == "cut_off" and counts(state, "users") == (2, 0, 0, 0)
    account.tired = {"users?cursor=2": [web.json_response({"detail": "Not found."}, status=404)]}
    state = await mover(account)
    assert state.state == "done" and counts(state, "users") == (3, 0, 2, 0)
