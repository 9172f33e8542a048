"""Facts of accounts. Most concern the server itself, and no socket hears them."""

from __future__ import annotations

from typing import Any, Literal

from hub.accounts.grants import CONTACTS_READ, CONVERSATIONS_READ, CRM_READ
from hub.core.event import Event, Room


def team(event: Event) -> tuple[Room]:
    """All agents of the application."""
    return (Room("agent", f"{event.app}:team"),)


def readers(event: Event) -> tuple[Room]:
    """All agents of the application who may read conversations."""
    return (Room("agent", f"{event.app}:team:{CONVERSATIONS_READ}"),)


def people_readers(event: Event) -> tuple[Room]:
    """All agents of the application who may see contacts."""
    return (Room("agent", f"{event.app}:team:{CONTACTS_READ}"),)


def crm_readers(event: Event) -> tuple[Room]:
    """All agents of the application who may see deals and what belongs to them."""
    return (Room("agent", f"{event.app}:team:{CRM_READ}"),)


def agent_alone(app: int, agent: int) -> Room:
    """One agent, on all devices."""
    return Room("agent", f"{app}:agent:{agent}")


_LISTENED = (CONVERSATIONS_READ, CONTACTS_READ, CRM_READ)


def rooms_of_agent(app: int, agent: int, grants: frozenset[str]) -> tuple[str, ...]:
    """Return the rooms that an agent with these grants is in."""
    team = f"{app}:team"
    return (
        team,
        agent_alone(app, agent).name,
        *(f"{team}:{permission}" for permission in _LISTENED if permission in grants),
    )


def visitors(event: Event) -> tuple[Room]:
    """Everybody who is on the application's website now."""
    return (Room("visitor", f"{event.app}:visitors"),)


class SignedOut(Event, frozen=True, kw_only=True):
    """An agent's session ended; the sockets that it opened are to be cut."""

    session: int


class AgentRemoved(Event, frozen=True, kw_only=True):
    """An agent was taken out of the application; what it was in charge of is nobody's now."""

    agent: int


class AccessChanged(Event, frozen=True, kw_only=True):
    """Somebody in the application may do other things than before, or is called otherwise."""


class LetterOrdered(Event, frozen=True, kw_only=True):
    """Somebody is to get a mail with one thing to do: about their access, or a question."""


class KeyCreated(Event, frozen=True, kw_only=True):
    """An agent made an API key."""

    key: int
    name: str
    agent: int


class KeyRenamed(Event, frozen=True, kw_only=True):
    """An agent gave an API key another name."""

    key: int
    name: str
    agent: int


class KeyRevoked(Event, frozen=True, kw_only=True):
    """An agent took an API key away; it opens nothing any more."""

    key: int
    name: str
    agent: int


class AvailabilityChanged(Event, frozen=True, kw_only=True):
    """An agent is available, busy or away now."""

    audience = (team,)

    agent: int
    state: Literal["available", "busy", "away"]
    why: Literal["hand", "schedule", "idle"]


class AgentFaceChanged(Event, frozen=True, kw_only=True):
    """An agent who was away is there again, or the other way round: for visitors who is away is not there."""

    audience = (team, visitors)

    agent: int
    state: Literal["available", "busy", "away"]


class ApplicationChanged(Event, frozen=True, kw_only=True):
    """The application is called and set up otherwise, or its deletion was ordered or taken back."""

    audience = (team,)

    application: Any


class DeletionTold(Event, frozen=True, kw_only=True):
    """An owner is to be told by mail that the application goes, or has gone."""


class ApplicationDeleted(Event, frozen=True, kw_only=True):
    """The application is gone for everybody from this moment on; what it had is being erased."""


class GroupsChanged(Event, frozen=True, kw_only=True):
    """The groups of the application are these now, with their names and members."""

    audience = (team,)

    groups: Any


class GroupRemoved(Event, frozen=True, kw_only=True):
    """A group was deleted; what belonged to it belongs to none."""

    group: int
