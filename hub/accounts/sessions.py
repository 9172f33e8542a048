"""Sign-ins that are open: where and since when, and how they end."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from hub.accounts.access import grants_of
from hub.accounts.applications import application
from hub.accounts.collections import AGENTS, SESSIONS
from hub.accounts.events import SignedOut
from hub.accounts.grants import AGENTS_MANAGE, PROFILE
from hub.accounts.roles import expect_held
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.deeds import add_row, row_of
from hub.core.errors import NotFound, WrongSignIn
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import INSTALLATION, Batch, Document, GuardFailed, Missing, Scope, StorageError
from storage.filters import Eq

Id = Annotated[int, Meta(ge=1, le=2**53)]
Way = Literal["password", "passkey", "sso", "invitation", ""]
PRECISION = 300_000
"""Milliseconds to which the last use of a sign-in is known, so it is written every five minutes at most."""
_MOST = 1000
_SHOWN = 100


class Visit(Struct, frozen=True):
    """From where somebody signs in: the device in words, and the address, of which only the network is kept."""

    device: str = ""
    address: str = ""


class SignedIn(Struct, frozen=True):
    """The token, for the only time, and what it opens."""

    token: str
    agent: dict[str, Any]
    application: dict[str, Any]


class SignInRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which sign-in."""

    sign_in: Id


class AgentSignIns(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose sign-ins."""

    agent: Id


class OpenSignIn(Struct, frozen=True):
    """A sign-in: `here` is the one that asks; `address` is the network only; `used` is known to five minutes."""

    id: int
    device: str
    address: str
    way: str
    created: str
    used: str
    here: bool


class OpenSignIns(Struct, frozen=True):
    """The sign-ins of an agent, the one used last first."""

    sign_ins: list[OpenSignIn]


async def open_session(hub: Hub, agent: Document, visit: Visit, way: Way) -> SignedIn:
    """Return a new token for an agent. Raises WrongSignIn where the agent was removed just now."""
    token = hub.ids.token()
    now = hub.clock.now()
    session = {
        "id": await hub.ids.next("session"), "agent": agent["id"], "app": agent["app"], "created": now, "used": now,
        "expires": now + hub.settings.session_days * 86_400_000, "hash": hub.signer.hash(token),
        "device": visit.device[:100], "address": network_of(visit.address), "way": way,
    }  # fmt: skip
    batch = Batch(INSTALLATION)
    batch.guard(AGENTS, agent["id"])  # removed just now: then no session may come after those that end with the agent
    batch.claim("session", session["hash"], session["id"])
    batch.insert(SESSIONS, session)
    here = Actor("agent", agent["id"], agent["name"], Scope(agent["app"]), frozenset())
    told = {"way": way, "device": session["device"]}
    facts = {"what": "sign_in", "id": session["id"], "how": "said", "before": {}, "after": told}
    add_row(batch, await row_of(hub, here, "sign_in.entered", "sign_in", [facts], visit.address))
    try:
        await hub.commit(batch)
    except GuardFailed:
        raise WrongSignIn from None
    app = await application(hub, agent["app"])
    return SignedIn(
        token,
        {"id": agent["id"], "name": agent["name"], "email": agent["email"]},
        {"id": app.id, "name": app.name, "key": app.key},
    )


def note_use(hub: Hub, session: Document) -> None:
    """Let it be known, to five minutes, that a sign-in is used."""
    now = hub.clock.now()
    if now - session.get("used", 0) >= PRECISION:
        hub.spawn("last use of a sign-in", _note_use(hub, session["id"], now))


async def _note_use(hub: Hub, id: int, now: int) -> None:
    batch = Batch(INSTALLATION)
    batch.patch(SESSIONS, id, max={"used": now})
    try:
        await hub.store.commit(batch)
    except Missing:
        pass  # signed out just now
    except StorageError as error:
        hub.log.warning("the last use of a sign-in is not kept", sign_in=id, error=str(error))


@verb(PROFILE)
async def list_sign_ins(hub: Hub, actor: Actor) -> OpenSignIns:
    """Return where one is signed in to this application."""
    return await _shown(hub, actor, actor.id)


@verb(PROFILE)
async def end_sign_in(hub: Hub, actor: Actor, which: SignInRef) -> None:
    """Sign oneself out on one device; its windows are cut at once. Raises NotFound."""
    session = await hub.store.get(INSTALLATION, SESSIONS, which.sign_in)
    if session is None or session["agent"] != actor.id:
        raise NotFound("There is no sign-in by that id.")
    await _end(hub, [session])


@verb(PROFILE)
async def end_other_sign_ins(hub: Hub, actor: Actor) -> OpenSignIns:
    """Sign oneself out everywhere but here; return what is left."""
    await _end(hub, [each for each in await sessions_of(hub, actor.id) if each["id"] != actor.sign_in])
    return await _shown(hub, actor, actor.id)


@verb(AGENTS_MANAGE)
async def list_agent_sign_ins(hub: Hub, actor: Actor, whose: AgentSignIns) -> OpenSignIns:
    """Return where an agent is signed in. Raises NotFound, and Forbidden for one who may more than oneself."""
    await _expect_weaker(hub, actor, whose.agent)
    return await _shown(hub, actor, whose.agent)


@verb(AGENTS_MANAGE)
async def end_agent_sign_ins(hub: Hub, actor: Actor, whose: AgentSignIns) -> None:
    """Sign an agent out on all devices. Raises NotFound, and Forbidden for one who may more than oneself."""
    await _expect_weaker(hub, actor, whose.agent)
    await _end(hub, [each for each in await sessions_of(hub, whose.agent) if each["id"] != actor.sign_in])


async def end_sign_ins_of_person(hub: Hub, batch: Batch, person: int, but: int = 0) -> list[Document]:
    """Let a batch end what a person has open, in all applications, but one; return what ends, for `tell_ended`."""
    ended: list[Document] = []
    for agent in (await hub.store.find(INSTALLATION, AGENTS, Eq("person", person), limit=_MOST)).items:
        ended += [each for each in await sessions_of(hub, agent["id"]) if each["id"] != but]
    for session in ended:
        _drop(batch, session)
    return ended


def tell_ended(hub: Hub, ended: list[Document]) -> None:
    """Cut the sockets of sign-ins that a batch has ended."""
    for session in ended:
        hub.publish(SignedOut(app=session["app"], session=session["id"]))


async def sessions_of(hub: Hub, agent: int) -> list[Document]:
    """Return what is stored of an agent's sign-ins."""
    return (await hub.store.find(INSTALLATION, SESSIONS, Eq("agent", agent), limit=_MOST)).items


def network_of(address: str) -> str:
    """Return the part of an address that says from where, and not who: `203.0.113.0/24`; nothing for what is none."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))


def _drop(batch: Batch, session: Document) -> None:
    # The hash is a key of the installation; whoever has only the document finds nothing by it.
    batch.release("session", session["hash"])
    batch.delete(SESSIONS, session["id"])


async def _end(hub: Hub, sessions: list[Document]) -> None:
    if not sessions:
        return
    batch = Batch(INSTALLATION)
    for session in sessions:
        _drop(batch, session)
    await hub.commit(batch)
    tell_ended(hub, sessions)


async def _expect_weaker(hub: Hub, actor: Actor, id: int) -> None:
    agent = await hub.store.get(INSTALLATION, AGENTS, id)
    if agent is None or agent["app"] != actor.scope.app:
        raise NotFound("There is no agent by that id.")
    expect_held(actor, await grants_of(hub, agent))


async def _shown(hub: Hub, actor: Actor, agent: int) -> OpenSignIns:
    now = hub.clock.now()
    found = [each for each in await sessions_of(hub, agent) if each["expires"] > now]
    found.sort(key=lambda each: (each.get("used", each["created"]), each["id"]), reverse=True)
    return OpenSignIns([_told(each, actor) for each in found[:_SHOWN]])


def _told(each: Document, actor: Actor) -> OpenSignIn:
    used = each["used"] if "used" in each else each["created"]
    return OpenSignIn(
        each["id"], each.get("device", ""), each.get("address", ""), each.get("way", ""), rfc3339(each["created"]),
        rfc3339(used), each["id"] == actor.sign_in,
    )  # fmt: skip
