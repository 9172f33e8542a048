"""Companies, users with what they did and what is noted of them, and the members of segments."""

from __future__ import annotations

from typing import Any

from hub.core.errors import HubError
from hub.crm.bringing import PastNote, bring_note
from hub.crm.notes import LONGEST, NewCrmNote, NoteSubject
from hub.moving.moving import Moving
from hub.moving.source import NotOffered
from hub.moving.values import Item, first, id_of, moment, names, number, text
from hub.people.bringing.companies import PastCompany, bring_company
from hub.people.bringing.contacts import PastContact, PastMembers, Seen, bring_contact, bring_members
from hub.people.bringing.events import PastEvent, PastEvents, bring_events

_USER_VALUES = (
    "email", "custom_id", "first_name", "last_name", "phone_number", "score", "city", "region", "country", "timezone",
    "unsubscribed", "notifications", "facebook_url", "linkedin_url", "twitter_url", "google_url", "gravatar_url",
)  # fmt: skip
_USER_FIELDS = frozenset(
    (*_USER_VALUES, "id", "key", "user_key", "user_id", "name", "gender", "status", "first_seen", "last_seen",
     "page_views", "last_ip", "browser_language", "browser", "os_type", "resolution", "created_at", "updated_at",
     "companies", "attributes", "lists", "tags", "last_contacted", "web_push_subscription", "assigned_to", "chat_id",
     "member_since", "company", "company_id", "segments")
)  # fmt: skip
_FACTS = {"browser": "browser", "os_type": "os", "resolution": "screen", "browser_language": "language"}
_COMPANY_VALUES = (
    "custom_id", "name", "email", "address", "city", "region", "country", "postal_code", "category", "description",
    "phone_numbers",
)  # fmt: skip
_COMPANY_FIELDS = frozenset(
    (*_COMPANY_VALUES, "id", "company_id", "size", "approx_employees", "employees", "tags", "created_at", "updated_at",
     "attributes", "extra_data", "member_since")
)  # fmt: skip
_LATEST_EVENTS = 10_000
"""Events of one user that come in, the newest ones."""


async def take_companies(moving: Moving, items: list[Item]) -> None:
    """Take a page of companies with their notes."""

    async def take(item: Item) -> None:
        if moving.is_old(moment(item.get("updated_at"))):
            return
        values = {name: item[name] for name in _COMPANY_VALUES if item.get(name) not in (None, "", [])}
        own = first(item, "custom_id", "company_id")
        size = first(item, "size", "approx_employees")
        values |= {"custom_id": text(own)} if own else {}
        values |= {"size": text(size)} if size else {}
        values |= await moving.words.own_values("company", item, _COMPANY_FIELDS)
        tags = await moving.words.tags("companies", item)
        done = await bring_company(moving.hub, moving.actor, PastCompany(moving.past(item), values, tags))
        moving.count("companies", item, done.brought.outcome, done.refused)
        await take_notes(moving, "company", f"/companies/{id_of(item)}/", done.brought.id, done.brought.outcome)

    await moving.each("companies", items, take)


async def take_users(moving: Moving, items: list[Item]) -> None:
    """Take a page of users, each with its events and notes."""
    known = await moving.here("company", {id for item in items for id in _companies_of(item)})

    async def take(item: Item) -> None:
        values = await _values_of(moving, item)
        companies = [(known[id], since) for id, since in _companies_of(item).items() if id in known]
        past = PastContact(
            moving.past(item), text(first(item, "user_key", "key")), values, _seen(item),
            await moving.words.tags("users", item), await moving.words.lists(item), companies,
        )  # fmt: skip
        done = await bring_contact(moving.hub, moving.actor, past)
        moving.count("users", item, done.brought.outcome, done.refused)
        if done.brought.outcome != "gone":
            await _take_events(moving, id_of(item), done.brought.id)
            await take_notes(moving, "contact", f"/users/{id_of(item)}/", done.brought.id, done.brought.outcome)

    await moving.each("users", items, take)


async def _values_of(moving: Moving, item: Item) -> dict[str, Any]:
    values = {name: item[name] for name in _USER_VALUES if item.get(name) not in (None, "")}
    if "custom_id" not in values and isinstance(item.get("user_id"), str) and item["user_id"]:
        values["custom_id"] = item["user_id"]
    full = " ".join(part for part in (item.get("first_name"), item.get("last_name")) if part)
    name = text(item.get("name"), 254)
    if name and name not in (item.get("email"), full):  # over there it stands for the address where there is none
        values["name"] = name
    if item.get("gender") in ("male", "female"):
        values["gender"] = item["gender"]
    if item.get("status") in ("visitor", "user"):
        values["status"] = item["status"]
    if item.get("assigned_to"):
        agent = await moving.words.agent(item["assigned_to"])
        if agent is not None:
            values["assigned_to"] = agent
        else:
            moving.tell("users", id_of(item), unknown_agent(item["assigned_to"]))
    return values | await moving.words.own_values("contact", item, _USER_FIELDS)


def unknown_agent(value: Any) -> str:
    """Return the sentence for an agent of the account who is none here."""
    id = number(value)
    return f"Its agent {id} is not known here. Run again with --agent {id}=E-MAIL to name the agent."


def _companies_of(item: Item) -> dict[str, int | None]:
    found = item.get("companies")
    return {
        id_of(each): moment(each.get("member_since"))
        for each in (found if isinstance(found, list) else ()) if isinstance(each, dict) and id_of(each)
    }  # fmt: skip


def _seen(item: Item) -> Seen:
    facts = {ours: found for theirs, ours in _FACTS.items() if (found := text(item.get(theirs), 255))}
    return Seen(
        moment(item.get("first_seen")), moment(item.get("last_seen")), moment(item.get("last_contacted")),
        number(item.get("page_views")) or 0, facts,
    )  # fmt: skip


async def _take_events(moving: Moving, user: str, contact: int) -> None:
    """Take what a user did; it is asked for user by user."""
    if not moving.wants("events") or "events" in moving.closed:
        return
    events: list[PastEvent] = []
    try:
        async for page in moving.account.pages(f"/users/{user}/events/"):
            events += [event for item in page.items if (event := _event(moving, user, item))]
            if len(events) >= _LATEST_EVENTS:
                moving.tell("events", user, f"Only the newest {_LATEST_EVENTS:,} events of a user come in.")
                break
    except NotOffered as error:
        await _refused(moving, "events", "events", f"/users/{user}/", error)
    if not events:
        return
    done = await bring_events(moving.hub, moving.actor, PastEvents(contact, moving.name, events))
    tally = moving.tallies["events"]
    tally.count("created", done.created)
    tally.count("unchanged", done.unchanged)
    for id, reason in done.refused.items():
        moving.leave("events", id, reason)


def _event(moving: Moving, user: str, item: Item) -> PastEvent | None:
    name, at = text(first(item, "event", "name"), 128), moment(first(item, "timestamp", "created_at"))
    if name is None or at is None:
        moving.leave("events", id_of(item), "It has no name or no time.")
        return None
    if moving.is_old(at):
        return None
    given = item.get("data")
    data: dict[str, Any] = dict(given) if isinstance(given, dict) else {}
    listed = item.get("items")
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and "key" in each:
            data[str(each["key"])] = each.get("value")
        elif isinstance(each, dict):
            data |= each
    return PastEvent(moving.past(item, id=id_of(item) or f"{user}-{at}-{name}", at=at), name, data)


async def take_notes(moving: Moving, subject: NoteSubject, path: str, of: int, outcome: str) -> None:
    """Take the notes about a user, a company or a deal; they are asked for one by one."""
    which = f"notes about a {subject}"
    if not moving.wants("notes") or outcome == "gone" or which in moving.closed:
        return
    try:
        async for page in moving.account.pages(f"{path}notes/"):
            for item in reversed(page.items):
                await _take_note(moving, subject, of, item)
    except NotOffered as error:
        await _refused(moving, "notes", which, path, error)


async def _take_note(moving: Moving, subject: NoteSubject, of: int, item: Item) -> None:
    words = text(first(item, "content", "text", "note", "description", "body"))
    if words is None or not id_of(item):
        moving.leave("notes", id_of(item), "It has no text.")
        return
    if moving.is_old(moment(item.get("created_at"))):
        return
    if len(words) > LONGEST:
        moving.tell("notes", id_of(item), f"Its text was cut to {LONGEST:,} characters.")
    author = await moving.words.author(first(item, "created_by", "author", "user", "agent"))
    note = NewCrmNote(subject, of, words[:LONGEST], item.get("pinned") is True)
    try:
        done = await bring_note(moving.hub, moving.actor, PastNote(moving.past(item, author=author), note))
    except HubError as error:
        moving.leave("notes", id_of(item), error.message)
        return
    moving.tallies["notes"].count(done.outcome)


async def _refused(moving: Moving, part: str, which: str, whose: str, error: NotOffered) -> None:
    """Note that nobody's are offered, so that none is asked for any more; or that this one alone is gone over there."""
    if error.status == 404:
        try:
            await moving.account.get(whose)
        except NotOffered:
            return
    if which not in moving.closed:
        moving.closed.add(which)
        moving.tell(part, "", f"The account does not offer {which}, or the key may not see them ({error.status}).")


async def take_segments(moving: Moving, items: list[Item]) -> None:
    """Take segments: the conditions stay there, who is in one now is on a list of its name here."""

    async def take(item: Item) -> None:
        name = text(item.get("name")) or f"Segment {id_of(item)}"
        told = f"Who was in this segment when it was moved in. {text(item.get('description')) or ''}".strip()
        which, is_new = await moving.words.list_named("segment", item, f"{name[:110]} (segment)", told)
        added = 0
        async for page in moving.account.pages(f"/segments/{id_of(item)}/users/"):
            found = await moving.here("contact", [id_of(each) for each in page.items])
            added += await bring_members(moving.hub, moving.actor, PastMembers(list(found.values()), which))
        moving.tallies["segments"].count("created" if is_new else "updated" if added else "unchanged")

    for item in items:
        try:
            await moving.each("segments", [item], take)
        except NotOffered as error:
            moving.leave("segments", id_of(item), f"Its members are not offered ({error.status}).")


async def take_tags(moving: Moving, items: list[Item]) -> None:
    """Take the names of tags."""

    async def take(item: Item) -> None:
        (name,) = names([item]) or (f"Tag {id_of(item)}",)
        moving.tallies["tags"].count("created" if await moving.words.make_tag(name) else "unchanged")

    for item in items:
        await moving.each("tags", [item], take)


async def take_lists(moving: Moving, items: list[Item]) -> None:
    """Take lists; who is on them comes with the users."""

    async def take(item: Item) -> None:
        name, told = text(item.get("name")) or "", text(item.get("description")) or ""
        _, is_new = await moving.words.list_named("list", item, name, told)
        moving.tallies["lists"].count("created" if is_new else "unchanged")

    await moving.each("lists", items, take)


async def take_attributes(moving: Moving, items: list[Item]) -> None:
    """Take attributes."""
    for item in items:  # one after the other: two of one name are one here
        await moving.each("attributes", [item], moving.words.take_attribute)
