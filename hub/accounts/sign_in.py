"""Agents sign in with e-mail and password, and get a token that is bound to one application."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from hub.accounts import passwords
from hub.accounts.access import grants_of
from hub.accounts.applications import application
from hub.accounts.collections import AGENTS, PEOPLE, SESSIONS
from hub.accounts.events import SignedOut
from hub.accounts.sessions import SignedIn, Visit, Way, note_use, open_session
from hub.core.actor import Actor
from hub.core.errors import TokenExpired, TokenInvalid, WrongSignIn
from hub.core.hub import Hub
from storage.engine import INSTALLATION, Batch, Document, Scope
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


Entered = SignedIn | list[Choice]
"""What comes of proving who one is: a token, or the applications to choose from."""


async def sign_in(hub: Hub, given: SignIn, visit: Visit) -> Entered:
    """Return a new token, or the applications to choose from. Raises WrongSignIn."""
    person = await person_of(hub, given.email)
    if not await passwords.password_holds(person["password"] if person else None, given.password) or person is None:
        raise WrongSignIn
    return await choose_and_enter(hub, person, given.application, visit, "password")


async def person_of(hub: Hub, email: str) -> Document | None:
    """Return who signs in with an address, or None."""
    id = await hub.store.key(INSTALLATION, "person.email", fold(email.strip()))
    return await hub.store.get(INSTALLATION, PEOPLE, id) if id is not None else None


async def choose_and_enter(hub: Hub, person: Document, chosen: int | None, visit: Visit, way: Way) -> Entered:
    """Let somebody who has proven who they are into one of their applications. Raises WrongSignIn where there is none."""
    page = await hub.store.find(INSTALLATION, AGENTS, Eq("person", person["id"]))
    agents = [agent for agent in page.items if chosen in (None, agent["app"])]
    if not agents:
        raise WrongSignIn
    if len(agents) > 1:
        return [Choice(app.id, app.name) for app in [await application(hub, agent["app"]) for agent in agents]]
    return await open_session(hub, agents[0], visit, way)


async def session_of(hub: Hub, token: str) -> AgentSession:
    """Return the session of a token. Raises TokenInvalid or TokenExpired."""
    id = await hub.store.key(INSTALLATION, "session", hub.signer.hash(token))
    session = await hub.store.get(INSTALLATION, SESSIONS, id) if id is not None else None
    agent = await hub.store.get(INSTALLATION, AGENTS, session["agent"]) if session else None
    if session is None or agent is None:
        raise TokenInvalid
    if session["expires"] <= hub.clock.now():
        raise TokenExpired
    note_use(hub, session)
    return AgentSession(session["id"], await _actor(hub, agent, session), agent["email"], session["expires"])


async def actors_of(hub: Hub, sessions: Iterable[int]) -> dict[int, Actor]:
    """Return who acts in these sessions, as of now; those that are over (signed out, agent gone) are left out.

    Two reads for all of them.
    """
    found = await hub.store.get_many(INSTALLATION, SESSIONS, set(sessions))
    agents = await hub.store.get_many(INSTALLATION, AGENTS, {session["agent"] for session in found.values()})
    return {
        id: await _actor(hub, agent, session)
        for id, session in found.items()
        if (agent := agents.get(session["agent"])) is not None
    }


async def _actor(hub: Hub, agent: Document, session: Document) -> Actor:
    held = await grants_of(hub, agent)
    return Actor("agent", agent["id"], agent["name"], Scope(agent["app"]), held, session["id"])


async def sign_out(hub: Hub, token: str) -> None:
    """End the session of a token and cut its sockets. Raises TokenInvalid or TokenExpired."""
    session = await session_of(hub, token)
    batch = Batch(INSTALLATION)
    batch.release("session", hub.signer.hash(token))
    batch.delete(SESSIONS, session.id)
    await hub.commit(batch)
    hub.publish(SignedOut(app=session.actor.scope.app, session=session.id))
