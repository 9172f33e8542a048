"""Faults as those who met them report and follow them: everybody of a team sees the reports of their application."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator
from typing import Annotated, Any

from msgspec import Meta, Struct, to_builtins

from hub.accounts.applications import application, member
from hub.accounts.grants import FAULTS_REPORT
from hub.accounts.operators import is_operator
from hub.chat.images import read_picture
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.text import check_data
from hub.core.verb import verb
from hub.support.collections import FAULTS
from hub.support.deadlines import due, times_of, worked
from hub.support.diagnostics import Diagnosing
from hub.support.history import line, next_warning
from hub.support.records import Fault, Id, NewFault, Told, shown
from hub.support.telling import announce, tell_operators, tell_other_side, watch
from hub.support.terms import service_of, terms
from storage.engine import INSTALLATION, Batch, Document, GuardFailed, Sort
from storage.filters import Eq

MOST = 200
"""Lines of a history: nobody fills the store with comments."""
_TYPES = ("image/png", "image/jpeg", "image/webp")
Cursor = Annotated[str, Meta(max_length=200)]


class FaultRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which report."""

    fault: Id


class FaultsOf(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a list of reports; `cursor` is from the part before."""

    cursor: Cursor | None = None


class FaultComment(Struct, frozen=True, forbid_unknown_fields=True):
    """Something to add to a report."""

    fault: Id
    text: Told


class Faults(Struct, frozen=True):
    """Reports, the newest first, and whether who asks operates the installation."""

    faults: list[Fault]
    cursor: str | None
    operator: bool


class Screenshot(Struct, frozen=True):
    """The picture of a report, as a data address; empty where there is none."""

    image: str


@verb(FAULTS_REPORT)
async def report_fault(hub: Hub, actor: Actor, new: NewFault) -> Fault:
    """Report a fault to the operator, with what the server knows of itself at this moment. Raises InvalidPayload."""
    app = await application(hub, actor.scope.app)
    picture = await _picture(new.screenshot)
    now, rules, service = hub.clock.now(), await terms(hub), await service_of(hub, app.id)
    report: Document = check_data(to_builtins(new), "report")
    report["screenshot"] = ""
    who = await member(hub, app.id, actor.id) if actor.kind == "agent" else None
    name = " ".join(f"{new.first_name} {new.last_name}".split())
    document: Document = {
        "id": await hub.ids.next("fault"), "app": app.id, "app_name": app.name, "state": "new", "open": True,
        "category": new.category, "plan": service.plan, "created": now, "report": report,
        "reporter": {"agent": actor.id if who else None, "name": name, "email": who.email if who else ""},
        "screenshot": picture is not None, "responded": None, "repaired": None, "waiting_since": None, "waited": 0,
        "closing": None, "warned": [], "diagnostics": await hub.part(Diagnosing).now(),
        "history": [line(now, name, "reporter", "reported")],
    }  # fmt: skip
    document |= deadlines(rules, document, times_of(rules, service, new.category))
    batch = Batch(INSTALLATION)
    batch.claim("fault.client", f"{app.id}:{actor.kind}:{actor.id}:{new.client_id}", document["id"])
    batch.insert(FAULTS, document)
    await tell_operators(hub, batch, document, "new", now)
    if picture is not None:
        await hub.files.write(picture_name(app.id, document["id"]), _once(picture[1]), len(picture[1]))
    outcome = await hub.commit(batch)
    if outcome.existing is not None:
        return shown(await stored(hub, outcome.existing.holds, actor), now, operator=False)
    announce(hub, document)
    return shown(document, now, operator=False)


@verb(FAULTS_REPORT)
async def list_faults(hub: Hub, actor: Actor, given: FaultsOf) -> Faults:
    """Return the reports of the application. Raises InvalidPayload for a cursor that was not made here."""
    try:
        page = await hub.store.find(
            INSTALLATION, FAULTS, Eq("app", actor.scope.app), sort=Sort(descending=True), limit=50, cursor=given.cursor
        )
    except ValueError:
        raise InvalidPayload("`cursor` is none that an earlier page gave.") from None
    now = hub.clock.now()
    found = [shown(each, now, operator=False) for each in page.items]
    return Faults(found, page.cursor, await is_operator(hub, actor))


@verb(FAULTS_REPORT)
async def get_fault(hub: Hub, actor: Actor, which: FaultRef) -> Fault:
    """Return one report; the operator sees those of all applications, with the diagnostics. Raises NotFound."""
    document = await stored(hub, which.fault, actor)
    return shown(document, hub.clock.now(), operator=await is_operator(hub, actor))


@verb(FAULTS_REPORT)
async def get_fault_screenshot(hub: Hub, actor: Actor, which: FaultRef) -> Screenshot:
    """Return the picture that came with a report. Raises NotFound."""
    document = await stored(hub, which.fault, actor)
    if not document["screenshot"]:
        return Screenshot("")
    data = await hub.files.read(picture_name(document["app"], document["id"]))
    type = next(type for type, magic in _MAGIC.items() if data.startswith(magic))
    return Screenshot(f"data:{type};base64,{base64.b64encode(data).decode()}")


@verb(FAULTS_REPORT)
async def comment_fault(hub: Hub, actor: Actor, given: FaultComment) -> Fault:
    """Add something to a report of one's own application; one that waits for it goes on. Raises NotFound, InvalidPayload."""
    document = await stored(hub, given.fault, actor)
    if document["app"] != actor.scope.app:
        raise NotFound
    if document["state"] == "closed":
        raise InvalidPayload("The report is closed. Report it again where it happens again.", reason="fault_closed")
    state = "working" if document["state"] in ("waiting", "resolved") else document["state"]
    what = "reopened" if document["state"] == "resolved" else "commented"
    now = hub.clock.now()
    text = check_data(given.text, "text")
    changed = await change(hub, document, state, line(now, actor.name, "reporter", what, text), "comment")
    return shown(changed, now, operator=False)


# ── what the operator's verbs share ──────────────────────────────────────────────────────────────────────────────────


async def stored(hub: Hub, id: int, actor: Actor) -> Document:
    """Return a report that the actor may see. Raises NotFound."""
    document = await hub.store.get(INSTALLATION, FAULTS, id)
    if document is None or (document["app"] != actor.scope.app and not await is_operator(hub, actor)):
        raise NotFound("There is no report by that number.")
    return document


async def change(
    hub: Hub, document: Document, state: str, entry: Document, told: str = "", more: Document | None = None
) -> Document:
    """Bring a report into a state with a line of its history, and tell the other side. Raises Conflict, InvalidPayload."""
    if len(document["history"]) >= MOST:
        raise InvalidPayload(f"A report has at most {MOST} entries.", reason="fault_long")
    now, changes = entry["at"], {"state": state, "open": state != "closed", **(more or {})}
    rules = await terms(hub)
    if document["state"] == "waiting" and state != "waiting":
        business = document["times"]["business"]
        changes |= {
            "waiting_since": None,
            "waited": document["waited"] + worked(rules, business, document["waiting_since"], now),
        }
    elif state == "waiting" and document["state"] != "waiting":
        changes |= {"waiting_since": now}
    if state in ("resolved", "closed"):
        changes |= {"repaired": document["repaired"] or now}
    elif document["state"] == "resolved":
        changes |= {"repaired": None}  # it was not repaired after all
    after = {**document, **changes}
    changes |= {
        "repair_due": due(
            rules, after["times"]["repair"] + after["waited"], after["times"]["business"], after["created"]
        )
    }
    changes |= {"due": next_warning(after | changes), "history": [*document["history"], entry]}
    batch = Batch(INSTALLATION)
    batch.guard(FAULTS, document["id"], Eq("revision", document.get("revision")))
    changed = batch.patch(FAULTS, document["id"], set=changes | {"revision": (document.get("revision") or 0) + 1})
    if told:
        await tell_other_side(hub, batch, after | changes, entry, told)
    await watch(hub, batch, after | changes, entry["at"], before=document["due"])
    try:
        result: Document = (await hub.commit(batch))[changed]
    except GuardFailed:
        raise Conflict from None
    announce(hub, result)
    return result


def deadlines(rules: Any, document: Document, times: Any) -> Document:
    """Return by when a report is to be answered and repaired, and when to warn of it next."""
    since, waited = document["created"], document["waited"]
    found = {
        "times": to_builtins(times),
        "response_due": due(rules, times.response, times.business, since),
        "repair_due": due(rules, times.repair + waited, times.business, since),
    }
    return found | {"due": next_warning(document | found)}


def picture_name(app: int, id: int) -> str:
    """Return the name of a report's picture; its second part is the application, with which it goes."""
    return f"faults/{app}/{id}-picture"


_MAGIC = {"image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8", "image/webp": b"RIFF"}


async def _picture(given: str) -> tuple[str, bytes] | None:
    if not given:
        return None
    head, _, body = given.partition(",")
    type = head.removeprefix("data:").removesuffix(";base64")
    try:
        data = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if type not in _TYPES or not data.startswith(_MAGIC[type]) or await read_picture(data, type) is None:
        raise InvalidPayload("`screenshot` is no picture (PNG, JPEG or WebP).", reason="screenshot")
    return type, data


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
