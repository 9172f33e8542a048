"""Agents sign in with e-mail and password, and get a token that is bound to one application."""

from __future__ import annotations

import hmac
from collections.abc import Iterable

from msgspec import Struct

from hub.accounts import passwords
from hub.accounts.access import NOTHING_BUT_ONESELF, Access, grants_of
from hub.accounts.applications import application
from hub.accounts.collections import AGENTS, PEOPLE, SESSIONS
from hub.accounts.events import SignedOut
from hub.accounts.second import Factor, check_code, ways_of, who_has_second
from hub.accounts.sessions import SignedIn, Visit, Way, note_use, open_session
from hub.core.actor import Actor
from hub.core.deeds import note_deed
from hub.core.errors import TokenExpired, TokenInvalid, WrongSignIn
from hub.core.hub import Hub
from storage.engine import INSTALLATION, Batch, Document, Scope
from storage.filters import Eq, fold

_STEP = 600_000
"""Milliseconds within which the second step has to follow the first."""


class SignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """What the sign-in page sends; `application` only where the person has several."""

    email: str
    password: str
    application: int | None = None


class Choice(Struct, frozen=True):
    """An application that the person may sign in to."""

    id: int
    name: str


class SecondStep(Struct, frozen=True):
    """The password was right, and is not enough: the same `step` is given back with a code, or a passkey's answer."""

    step: str
    ways: list[Factor]


class SecondGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """The code of the phone, or a recovery code."""

    step: str
    code: str


class AgentSession(Struct, frozen=True):
    """A valid token: who, in which application, until when."""

    id: int
    actor: Actor
    email: str
    expires: int


Entered = SignedIn | list[Choice] | SecondStep
"""What comes of proving who one is: a token, the applications to choose from, or that more has to be proven."""


async def sign_in(hub: Hub, given: SignIn, visit: Visit) -> Entered:
    """Return a new token, or the applications to choose from. Raises WrongSignIn."""
    person = await person_of(hub, given.email)
    if not await passwords.password_holds(person["password"] if person else None, given.password) or person is None:
        if person is not None:  # in the background, so that a known address takes no longer than an unknown one
            hub.spawn("failed sign-in", note_failed(hub, person, visit, "password"))
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
    if agents[0]["role"] != "owner" and (await hub.part(Access).of(agents[0]["app"])).sso_only:
        raise WrongSignIn("This application is signed in to by single sign-on.", reason="sso_only")
    ways = await ways_of(hub, person)
    if ways and way in ("password", "invitation"):
        until = hub.clock.now() + _STEP
        return SecondStep(
            f"{person['id']}.{agents[0]['id']}.{until}.{_seal(hub, person, agents[0]['id'], until)}", ways
        )
    return await open_session(hub, agents[0], visit, way)


async def second_step(hub: Hub, given: SecondGiven, visit: Visit) -> SignedIn:
    """Let somebody in whose password was right, with a code. Raises WrongSignIn, RateLimited."""
    person, agent = await of_step(hub, given.step)
    try:
        await check_code(hub, person, given.code)
    except WrongSignIn:
        await note_failed(hub, person, visit, "code")
        raise
    return await open_session(hub, agent, visit, "password")


async def note_failed(hub: Hub, person: Document, visit: Visit, what: str) -> None:
    """Keep in the audit log of each application of a person that somebody failed to sign in as them."""
    for agent in (await hub.store.find(INSTALLATION, AGENTS, Eq("person", person["id"]), limit=20)).items:
        who = Actor("agent", agent["id"], agent["name"], Scope(agent["app"]), frozenset())
        await note_deed(hub, who, "sign_in.failed", "sign_in", visit.address, way=what, device=visit.device[:100])


async def of_step(hub: Hub, step: str) -> tuple[Document, Document]:
    """Return the person and the agent of a second step. Raises WrongSignIn for one that is none, or too late."""
    parts = step.split(".")
    if len(parts) != 4 or not all(part.isascii() and part.isdecimal() and len(part) < 17 for part in parts[:3]):
        raise WrongSignIn
    person_id, agent_id, until = (int(part) for part in parts[:3])
    person = await hub.store.get(INSTALLATION, PEOPLE, person_id)
    agent = await hub.store.get(INSTALLATION, AGENTS, agent_id)
    sealed = person is not None and hmac.compare_digest(parts[3].encode(), _seal(hub, person, agent_id, until).encode())
    if person is None or agent is None or not sealed or agent["person"] != person_id or until <= hub.clock.now():
        raise WrongSignIn("This took too long. Sign in again.", reason="step")
    return person, agent


def _seal(hub: Hub, person: Document, agent: int, until: int) -> str:
    # A password that was changed meanwhile makes the step worthless.
    return hub.signer.sign("second step", person["id"], agent, until, person["password"])


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
    (actor,) = await _actors(hub, [(session, agent)])
    return AgentSession(session["id"], actor, agent["email"], session["expires"])


async def actors_of(hub: Hub, sessions: Iterable[int]) -> dict[int, Actor]:
    """Return who acts in these sessions, as of now; those that are over (signed out, agent gone) are left out.

    Two reads for all of them, and two more where an application asks everybody for a second factor.
    """
    found = await hub.store.get_many(INSTALLATION, SESSIONS, set(sessions))
    agents = await hub.store.get_many(INSTALLATION, AGENTS, {session["agent"] for session in found.values()})
    pairs = [(each, agents[each["agent"]]) for each in found.values() if each["agent"] in agents]
    return {actor.sign_in: actor for actor in await _actors(hub, pairs)}


async def _actors(hub: Hub, pairs: list[tuple[Document, Document]]) -> list[Actor]:
    """Return who acts in sessions, given with their agents."""
    asked = {
        session["id"]: agent["person"]
        for session, agent in pairs
        if session.get("way") != "sso" and (await hub.part(Access).of(agent["app"])).second
    }
    proven = await who_has_second(hub, asked.values()) if asked else set()
    lacking = {session for session, person in asked.items() if person not in proven}
    actors = []
    for session, agent in pairs:
        # Nothing else until a second factor is set up.
        held = NOTHING_BUT_ONESELF if session["id"] in lacking else await grants_of(hub, agent)
        actors.append(Actor("agent", agent["id"], agent["name"], Scope(agent["app"]), held, session["id"]))
    return actors


async def sign_out(hub: Hub, token: str) -> None:
    """End the session of a token and cut its sockets. Raises TokenInvalid or TokenExpired."""
    session = await session_of(hub, token)
    batch = Batch(INSTALLATION)
    batch.release("session", hub.signer.hash(token))
    batch.delete(SESSIONS, session.id)
    await hub.commit(batch)
    hub.publish(SignedOut(app=session.actor.scope.app, session=session.id))
