"""What the operator does with reports: sees all of them, answers, moves them on, and closes them when all is well again."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from hub.accounts.grants import FAULTS_REPORT
from hub.accounts.operators import require_operator
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.text import check_data
from hub.core.verb import verb
from hub.support.collections import FAULTS
from hub.support.deadlines import Category, times_of
from hub.support.faults import Cursor, Faults, change, deadlines, line, stored
from hub.support.records import Fault, Id, Text, Told, shown
from hub.support.terms import service_of, terms
from storage.engine import INSTALLATION, Document, Sort
from storage.filters import Eq

_LEADS: dict[str, tuple[str, ...]] = {
    "new": ("accepted", "working", "waiting", "resolved"),
    "accepted": ("working", "waiting", "resolved"),
    "working": ("waiting", "resolved"),
    "waiting": ("working", "resolved"),
    "resolved": ("working",),
    "closed": (),
}
"""state → where it may go from there; closing is a step of its own"""


class FindFaults(Struct, frozen=True, forbid_unknown_fields=True):
    """Which reports: open or closed ones; `cursor` is from the part before."""

    open: bool = True
    cursor: Cursor | None = None


class FaultChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What the operator says or changes; a text goes to whoever reported it."""

    fault: Id
    state: Literal["accepted", "working", "waiting", "resolved"] | UnsetType = UNSET
    category: Category | UnsetType = UNSET
    text: Text = ""


class FaultClosing(Struct, frozen=True, forbid_unknown_fields=True):
    """The end of a report. Each of the three has to be true, and is said in words.

    cause      what it was, and how it was removed
    function   which function works again
    effects    what the fault had done besides, and how that was removed
    data       which data was restored; "none was touched" is an answer
    """

    fault: Id
    cause: Told
    function: Told
    effects: Told
    data: Told
    cause_removed: bool = False
    function_restored: bool = False
    effects_removed: bool = False


@verb(FAULTS_REPORT)
async def find_faults(hub: Hub, actor: Actor, given: FindFaults) -> Faults:
    """Return the reports of all applications, to the operator. Raises NotFound."""
    await require_operator(hub, actor)
    try:
        page = await hub.store.find(
            INSTALLATION, FAULTS, Eq("open", given.open), sort=Sort(descending=True), limit=50, cursor=given.cursor
        )
    except ValueError:
        raise InvalidPayload("`cursor` is none that an earlier page gave.") from None
    now = hub.clock.now()
    return Faults([shown(each, now, operator=True) for each in page.items], page.cursor, True)


@verb(FAULTS_REPORT)
async def change_fault(hub: Hub, actor: Actor, given: FaultChange) -> Fault:
    """Answer a report, move it on or judge it anew, as its operator. Raises NotFound, InvalidPayload, Conflict."""
    await require_operator(hub, actor)
    document = await stored(hub, given.fault, actor)
    now, more = hub.clock.now(), await _category(hub, document, given.category)
    state = document["state"] if given.state is UNSET else given.state
    if state != document["state"] and state not in _LEADS[document["state"]]:
        raise InvalidPayload(f"A report that is {document['state']} does not become {state}.", reason="fault_state")
    if document["state"] == "closed" or not (more or given.text or state != document["state"]):
        raise InvalidPayload("There is nothing to change.", reason="fault_closed")
    if document["responded"] is None:
        more["responded"] = now
    what = state if state != document["state"] else "answered" if given.text else "judged"
    entry = line(now, actor.name, "operator", what, check_data(given.text.strip(), "text"))
    return shown(await change(hub, document, state, entry, "reporter", more), now, operator=True)


@verb(FAULTS_REPORT)
async def close_fault(hub: Hub, actor: Actor, given: FaultClosing) -> Fault:
    """Close a report whose cause is removed, whose function is restored and whose effects are removed.

    Raises NotFound, InvalidPayload where one of the three is not said, Conflict.
    """
    await require_operator(hub, actor)
    document = await stored(hub, given.fault, actor)
    if document["state"] == "closed":
        raise InvalidPayload("The report is closed.", reason="fault_closed")
    if not (given.cause_removed and given.function_restored and given.effects_removed):
        raise InvalidPayload("A report is closed when cause and effects are removed and the function is restored.",
                             reason="fault_unsettled")  # fmt: skip
    told = {name: check_data(getattr(given, name).strip(), name) for name in ("cause", "function", "effects", "data")}
    for name, text in told.items():
        if not text:
            raise InvalidPayload(f"`{name}` is to be said in words.", reason="fault_unsettled")
    now = hub.clock.now()
    more: Document = {"closing": told, "responded": document["responded"] or now}
    entry = line(now, actor.name, "operator", "closed", told["cause"])
    return shown(await change(hub, document, "closed", entry, "reporter", more), now, operator=True)


async def _category(hub: Hub, document: Document, category: Category | UnsetType) -> Document:
    if category is UNSET or category == document["category"]:
        return {}
    rules, service = await terms(hub), await service_of(hub, document["app"])
    after = {**document, "category": category, "warned": []}
    return {"category": category, "warned": [], **deadlines(rules, after, times_of(rules, service, category))}
