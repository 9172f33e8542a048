"""Agents sign in with e-mail and password, and get a token that is bound to one application."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from hub.accounts import passwords
from hub.accounts.access import grants_of
from hub.accounts.applications import application
from hub.accounts.collections import AGENTS, PEOPLE, SESSIONS
from hub.accounts.events import SignedOut
from hub.core.actor import Actor
from hub.core.errors import TokenExpired, TokenInvalid, WrongSignIn
from hub.core.hub import Hub
from storage.engine import INSTALLATION, Batch, Document, GuardFailed, Scope
from storage.filters import Eq, fold


class SignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """What the sign-in page sends; `application` only where the person has several."""

    email: str
    password: str
    application: int | None = None


class Choice(Struct, frozen=True):
    """An application that the person may sign in to."""

    id: int
    name: str


class AgentSession(Struct, frozen=True):
    """A valid token: who, in which application, until when."""

    id: int
    actor: Actor
    email: str
    expires: int


class SignedIn(Struct, frozen=True):
    """The token, for the only time, and what it opens."""

    token: str
    agent: dict[str, Any]
    application: dict[str, Any]


async def sign_in(hub: Hub, given: SignIn) -> SignedIn | list[Choice]:
    """Return a new token, or the applications to choose from. Raises WrongSignIn."""
    id = await hub.store.key(INSTALLATION, "person.email", fold(given.email.strip()))
    person = await hub.store.get(INSTALLATION, PEOPLE, id) if id is not None else None
    if not await passwords.password_holds(person["password"] if person else None, given.password) or person is None:
        raise WrongSignIn
    page = await hub.store.find(INSTALLATION, AGENTS, Eq("person", person["id"]))
    agents = [agent for agent in page.items if given.application in (None, agent["app"])]
    if not agents:
        raise WrongSignIn
    if len(agents) > 1:
        return [Choice(app.id, app.name) for app in [await application(hub, agent["app"]) for agent in agents]]
    return await _open_session(hub, agents[0])


async def _open_session(hub: Hub, agent: Document) -> SignedIn:
    token = hub.ids.token()
    now = hub.clock.now()
    session = {
        "id": await hub.ids.next("session"), "agent": agent["id"], "app": agent["app"], "created": now,
        "expires": now + hub.settings.session_days * 86_400_000, "hash": hub.signer.hash(token),
    }  # fmt: skip
    batch = Batch(INSTALLATION)
    batch.guard(AGENTS, agent["id"])  # removed just now: then no session may come after those that end with the agent
    batch.claim("session", session["hash"], session["id"])
    batch.insert(SESSIONS, session)
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


async def session_of(hub: Hub, token: str) -> AgentSession:
    """Return the session of a token. Raises TokenInvalid or TokenExpired."""
    id = await hub.store.key(INSTALLATION, "session", hub.signer.hash(token))
    session = await hub.store.get(INSTALLATION, SESSIONS, id) if id is not None else None
    agent = await hub.store.get(INSTALLATION, AGENTS, session["agent"]) if session else None
    if session is None or agent is None:
        raise TokenInvalid
    if session["expires"] <= hub.clock.now():
        raise TokenExpired
    return AgentSession(session["id"], await _actor(hub, agent), agent["email"], session["expires"])


async def actors_of(hub: Hub, sessions: Iterable[int]) -> dict[int, Actor]:
    """Return who acts in these sessions, as of now; those that are over (signed out, agent gone) are left out.

    Two reads for all of them.
    """
    found = await hub.store.get_many(INSTALLATION, SESSIONS, set(sessions))
    agents = await hub.store.get_many(INSTALLATION, AGENTS, {session["agent"] for session in found.values()})
    known = {id: agents.get(session["agent"]) for id, session in found.items()}
    return {id: await _actor(hub, agent) for id, agent in known.items() if agent is not None}


async def _actor(hub: Hub, agent: Document) -> Actor:
    return Actor("agent", agent["id"], agent["name"], Scope(agent["app"]), await grants_of(hub, agent))


async def sign_out(hub: Hub, token: str) -> None:
    """End the session of a token and cut its sockets. Raises TokenInvalid or TokenExpired."""
    session = await session_of(hub, token)
    batch = Batch(INSTALLATION)
    batch.release("session", hub.signer.hash(token))
    batch.delete(SESSIONS, session.id)
    await hub.commit(batch)
    hub.publish(SignedOut(app=session.actor.scope.app, session=session.id))
