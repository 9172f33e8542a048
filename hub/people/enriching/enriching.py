"""Enriches one contact or company: who may be asked for, the question, and what of the answer is written."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal, NamedTuple

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_ENRICH
from hub.accounts.system import system_of
from hub.core.actor import Actor
from hub.core.errors import Conflict, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import COMPANIES, HISTORIES, KEPT
from hub.people.companies.keeping import patch_company
from hub.people.contacts import announce_contact, get_contact
from hub.people.editing import change_contact, touched
from hub.people.enriching import quota
from hub.people.enriching.asking import agrees, mark_of, question_of
from hub.people.enriching.enricher import (
    EnricherError,
    Found,
    KeyRefused,
    Later,
    NotUnderstood,
    PersonAsked,
    Reply,
    TooMany,
)
from hub.people.enriching.filling import attributes_of, fill
from hub.people.enriching.occasions import ONE, SWITCHES, Occasion
from hub.people.enriching.setting import enricher, month_of, stored_setting
from hub.people.events import CompanyTouched
from storage.engine import Batch, Document, GuardFailed, Missing, Result, Scope
from storage.filters import Eq

Kind = Literal["contact", "company"]
Status = Literal[
    "found", "none", "waiting", "recent", "busy", "quota", "paused", "refused", "unfit", "failed", "off", "no_consent",
    "nothing_to_ask",
]  # fmt: skip
DAY = 86_400_000
_REFUSED_PAUSE = 3_600_000
"""Milliseconds for which a key that was refused is left alone, unless somebody asks for it."""
_LATER_TRIES = 6
_PAUSES = (60_000, 300_000, 1_800_000, 7_200_000)
"""Milliseconds between tries where the provider does not work; then it is given up."""
_MOST_TRIES = 30
_TRIES = 20

Id = Annotated[int, Meta(ge=1, le=2**53)]


class EnrichContact(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to enrich; with `force` also one who was asked for lately."""

    contact: Id
    force: bool = False


class EnrichCompany(Struct, frozen=True, forbid_unknown_fields=True):
    """Which company to enrich; with `force` also one that was asked for lately."""

    company: Id
    force: bool = False


class Outcome(Struct, frozen=True):
    """What came of it: `filled` lists the attributes that got a value; the message says it for people."""

    status: Status
    message: str
    filled: list[str] = []


class Question(NamedTuple):
    """Who is asked for, on which occasion, and how often it was tried; forced, an answer since `since` still counts."""

    subject: Kind
    id: int
    occasion: Occasion
    by: Actor
    force: bool = False
    tries: int = 0
    since: int | None = None


@verb(CONTACTS_ENRICH)
async def enrich_contact(hub: Hub, actor: Actor, given: EnrichContact) -> Outcome:
    """Ask the provider for a contact now, and fill in what nobody has typed. Raises NotFound."""
    return await enrich(hub, actor.scope, Question("contact", given.contact, "demand", actor, given.force))


@verb(CONTACTS_ENRICH)
async def enrich_company(hub: Hub, actor: Actor, given: EnrichCompany) -> Outcome:
    """Ask the provider for a company by its domain now, and fill in what nobody has typed. Raises NotFound."""
    return await enrich(hub, actor.scope, Question("company", given.company, "demand", actor, given.force))


async def enrich_one(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Enrich one (a job), and put it off where the provider can't be asked now."""
    kind: Kind = "contact" if "contact" in payload else "company"
    tries, by = payload["tries"], system_of(scope)
    try:
        outcome = await enrich(hub, scope, Question(kind, payload[kind], payload["occasion"], by, tries=tries))
    except NotFound:
        return
    wait: int | None = None
    if outcome.status == "failed" and tries < len(_PAUSES):
        wait = _PAUSES[tries]
    elif outcome.status in ("paused", "busy") and tries < _MOST_TRIES:
        paused = (await stored_setting(hub, scope))["paused"] or 0
        wait = max(paused - hub.clock.now(), 5_000)
    if wait is not None:
        batch = Batch(Scope(scope.app))
        await hub.jobs.add(batch, ONE, {**payload, "tries": tries + 1}, after=wait)
        await hub.commit(batch)


async def enrich(hub: Hub, scope: Scope, asked: Question) -> Outcome:
    """Ask for one contact or company and write what may be written. Raises NotFound."""
    scope = Scope(scope.app)
    document = await _document(hub, scope, asked)
    asked = asked._replace(id=document["id"])
    setting = await stored_setting(hub, scope)
    question = await question_of(hub, scope, asked.subject, document)
    mark = mark_of(hub, question) if question else ""
    refusal = _refusal(hub, setting, document, asked, mark)
    if refusal is not None or question is None:
        return _said(refusal or "nothing_to_ask")
    try:
        taken = await quota.take_place(hub, scope, KEPT[asked.subject], asked.id)
    except Missing:
        raise NotFound from None
    if taken is not None:
        return await _noted(hub, scope, asked, taken) if taken == "quota" else _said(taken)
    month = month_of(hub)
    try:
        reply = await _ask(hub, setting["key"], question)
    except EnricherError as error:
        await quota.give_back(hub, scope, month)
        return await _failed(hub, scope, asked, error)
    except BaseException:  # stopped in the middle: the answer is not waited for, and may have been paid
        await asyncio.shield(_let_go(hub, scope, asked))
        raise
    if not isinstance(reply, Found):
        await quota.give_back(hub, scope, month)
    return await _write(hub, scope, asked, reply, mark)


# ── before the question ──────────────────────────────────────────────────────────────────────────────────────────────


async def _document(hub: Hub, scope: Scope, asked: Question) -> Document:
    if asked.subject == "contact":
        return await get_contact(hub, scope, asked.id)
    document = await hub.store.get(scope, COMPANIES, asked.id)
    if document is None:
        raise NotFound
    return document


def _refusal(hub: Hub, setting: Document, document: Document, asked: Question, mark: str) -> Status | None:
    """Return why nobody is asked, or None."""
    now = hub.clock.now()
    if not setting["key"] or not setting[SWITCHES[asked.occasion]]:
        return "off"
    if asked.subject == "contact" and not agrees(document, setting["needs_consent"]):
        return "no_consent"
    since = asked.since if asked.force else now - setting["days"] * DAY
    known = document.get("enriched") or {}
    is_answer = known.get("status") in ("found", "none") and known.get("mark") == mark
    if mark and since is not None and is_answer and known["at"] >= since:
        return "recent"
    if asked.occasion != "demand" and (setting["paused"] or 0) > now:
        return "paused"
    return None


async def _ask(hub: Hub, key: str, question: PersonAsked | str) -> Reply:
    if isinstance(question, str):
        return await enricher(hub).company(key, question)
    return await enricher(hub).person(key, question)


# ── after the answer ─────────────────────────────────────────────────────────────────────────────────────────────────


async def _write(hub: Hub, scope: Scope, asked: Question, reply: Reply, mark: str) -> Outcome:
    """Write what an answer says, as far as nobody has typed anything there, whatever changed since the question."""
    values = await attributes_of(hub, scope, asked.subject, reply.values) if isinstance(reply, Found) else []
    for _ in range(_TRIES):
        document = await hub.store.get(scope, KEPT[asked.subject], asked.id)
        if document is None:
            raise NotFound  # erased or merged meanwhile: what was found of them is not kept
        now, by = hub.clock.now(), enricher(hub).title
        fields, filled = fill(asked.subject, document, values, by, now)
        outcome = _outcome(reply, filled)
        batch = Batch(scope)
        batch.guard(KEPT[asked.subject], asked.id, Eq("revision", document["revision"]))
        enriched = {"by": by, "at": now, "status": outcome.status, "mark": mark}
        changed = _change(hub, batch, asked, {**fields, "enriched": enriched, "asking": None})
        if filled:
            batch.append(HISTORIES[asked.subject], asked.id, {
                "id": await hub.ids.next("history"), "kind": "enrichment", "word": "filled", "provider": by, "names": filled,
                "by": {"kind": asked.by.kind, "id": asked.by.id, "name": asked.by.name}, "at": now,
            })  # fmt: skip
        if isinstance(reply, Later) and asked.tries < _LATER_TRIES:
            payload = {asked.subject: asked.id, "occasion": asked.occasion, "tries": asked.tries + 1}
            await hub.jobs.add(batch, ONE, payload, after=reply.after * 1000 * (asked.tries + 1))
        quota.note(hub, batch, asked.occasion, outcome.status, outcome.message, {"problem": None, "paused": None})
        try:
            after = (await hub.commit(batch))[changed]
        except (GuardFailed, Missing):
            continue
        await _tell(hub, scope, asked, after, fields)
        return outcome
    raise Conflict


def _change(hub: Hub, batch: Batch, asked: Question, fields: Document) -> Result:
    if asked.subject == "contact":
        return change_contact(hub, batch, asked.id, fields)
    return patch_company(hub, batch, asked.id, set=fields)


async def _tell(hub: Hub, scope: Scope, asked: Question, after: Document, fields: Document) -> None:
    if asked.subject == "company":
        hub.publish(CompanyTouched(app=scope.app, company=asked.id, fields=frozenset(fields)))
        return
    touched(hub, scope, asked.id, fields)
    if fields:
        await announce_contact(hub, scope, after)


async def _failed(hub: Hub, scope: Scope, asked: Question, error: EnricherError) -> Outcome:
    """Keep why there was no answer, and for how long nothing more is asked."""
    now, pause, problem = hub.clock.now(), None, None
    status: Status = "failed"
    if isinstance(error, KeyRefused):
        status, pause, problem = "refused", now + _REFUSED_PAUSE, str(error)
    elif isinstance(error, TooMany):
        status, pause = "paused", now + error.after * 1000
    elif isinstance(error, NotUnderstood):
        status = "unfit"
    await _let_go(hub, scope, asked)
    return await _noted(hub, scope, asked, status, str(error), {"paused": pause, "problem": problem} if pause else None)


async def _let_go(hub: Hub, scope: Scope, asked: Question) -> None:
    """Let others ask for the same one."""
    batch = Batch(scope)
    batch.patch(KEPT[asked.subject], asked.id, set={"asking": None})
    try:
        await hub.commit(batch)
    except Missing:
        pass  # gone meanwhile


async def _noted(
    hub: Hub, scope: Scope, asked: Question, status: Status, message: str = "", changes: Document | None = None
) -> Outcome:
    outcome = _said(status, message)
    batch = Batch(scope)
    quota.note(hub, batch, asked.occasion, status, outcome.message, changes)
    await hub.commit(batch)
    return outcome


def _outcome(reply: Reply, filled: list[str]) -> Outcome:
    if isinstance(reply, Later):
        return _said("waiting")
    if not isinstance(reply, Found):
        return _said("none")
    if not filled:
        return Outcome("found", "Somebody was found, and nothing new is known.")
    return Outcome("found", f"Filled in: {', '.join(filled)}.", filled)


def _said(status: Status, message: str = "") -> Outcome:
    return Outcome(status, message or _SENTENCES[status])


_SENTENCES: dict[Status, str] = {
    "none": "The provider knows nobody by this.",
    "waiting": "The provider is looking. What it finds is filled in by itself, in some minutes.",
    "recent": "The same was asked for lately. Force it to ask again.",
    "busy": "The same is being asked for just now.",
    "quota": "This month's quota is used up. Raise it in the settings, or wait for the next month.",
    "paused": "The provider was asked too much at once. Try again in a moment.",
    "refused": "The provider refuses the key.",
    "unfit": "The provider can't use this question.",
    "failed": "The provider can't be asked now. Try again later.",
    "off": "Enrichment is not switched on for this. An owner gives a key and switches it on in the settings.",
    "no_consent": "This contact has not agreed to be enriched.",
    "nothing_to_ask": "There is nothing to find them by: no e-mail address, phone number with its country, or domain.",
}
