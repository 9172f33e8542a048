"""Who is told of a report: its reporter of each step, the operators of new ones, of answers and of deadlines."""

from __future__ import annotations

from typing import Any

from hub.accounts.applications import application
from hub.accounts.operators import operators
from hub.core.errors import UnknownApplication
from hub.core.hub import Hub
from hub.core.jobs import Later
from hub.support.collections import FAULTS
from hub.support.events import FaultChanged, FaultTold
from hub.support.history import line, next_warning, reached
from hub.support.letters import letter
from storage.engine import INSTALLATION, Batch, Document, GuardFailed, Scope
from storage.filters import Eq

TELL = "faults.tell"
WATCH = "faults.watch"


def announce(hub: Hub, document: Document) -> None:
    """Let open panels of the application know."""
    reporter = document["reporter"]["agent"]
    hub.publish(FaultChanged(app=document["app"], fault=document["id"], state=document["state"], reporter=reporter))


async def tell_operators(hub: Hub, batch: Batch, document: Document, what: str, at: int) -> None:
    """Order the mails to the operators, and for a new report the watch over its deadlines."""
    await hub.jobs.add(batch, TELL, {"fault": document["id"], "to": "operator", "what": what, "at": at, "text": ""})
    if what == "new":
        await watch(hub, batch, document, at)


async def tell_other_side(hub: Hub, batch: Batch, document: Document, entry: Document, told: str) -> None:
    """Order the mails that follow from a line of the history: to its reporter, or to the operators for a comment."""
    to = "reporter" if told == "reporter" else "operator"
    what = entry["what"]
    payload = {"fault": document["id"], "to": to, "what": what, "at": entry["at"], "text": entry["text"]}
    await hub.jobs.add(batch, TELL, payload)


async def watch(hub: Hub, batch: Batch, document: Document, now: int, before: int | None = None) -> None:
    """Order a look at a report's deadlines, for when the next one is near, unless it is the same one as `before`."""
    due = document["due"]
    if due is not None and due != before:
        await hub.jobs.add(batch, WATCH, {"fault": document["id"], "due": due}, after=max(0, due - now))


async def tell(hub: Hub, _: Scope, payload: dict[str, Any]) -> None:
    """Write the mails of one fact (a job)."""
    document = await hub.store.get(INSTALLATION, FAULTS, payload["fault"])
    if document is None:
        return
    if payload["to"] == "reporter":
        people = [(document["app"], document["reporter"]["email"])]
    else:
        people = list({each.email: (each.app, each.email) for each in await operators(hub)}.values())
    for app, email in people:
        if not email:
            continue
        try:
            language = (await application(hub, app)).locale
        except UnknownApplication:
            continue
        batch = Batch(Scope(app))
        await hub.follow_up(batch, FaultTold, letter(hub, document, payload, email, language))
        await hub.commit(batch)


async def watch_deadlines(hub: Hub, _: Scope, payload: dict[str, Any]) -> None:
    """Warn the operators of a deadline that is near or missed (a job), and order the look at the next one.

    Ends where the report has another deadline by now: whoever gave it that one ordered a look at it.
    """
    document = await hub.store.get(INSTALLATION, FAULTS, payload["fault"])
    now = hub.clock.now()
    if document is None or document["due"] is None or document["due"] != payload["due"]:
        return
    if document["due"] > now:
        raise Later(document["due"] - now)
    now_reached = reached(document, now)
    warned = [*document["warned"], *now_reached]
    # What is missed needs no word that it was near.
    told = [
        what for what in now_reached if what.endswith("missed") or what.replace("soon", "missed") not in now_reached
    ]
    history = [*document["history"], *(line(now, "", "system", what) for what in told)]
    after = {**document, "warned": warned}
    after["due"] = next_warning(after)
    batch = Batch(INSTALLATION)
    batch.guard(FAULTS, document["id"], Eq("revision", document.get("revision")))
    batch.patch(FAULTS, document["id"], set={
        "warned": warned, "history": history, "due": after["due"], "revision": (document.get("revision") or 0) + 1,
    })  # fmt: skip
    for what in told:
        await tell_operators(hub, batch, document, what, now)
    await watch(hub, batch, after, now)
    try:
        await hub.commit(batch)
    except GuardFailed:
        raise Later(1_000) from None
