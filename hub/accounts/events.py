"""Facts of accounts. Most concern the server itself, and no socket hears them."""

from __future__ import annotations

from typing import Any

from hub.core.event import Event, Room


def team(event: Event) -> tuple[Room]:
    """All agents of the application."""
    return (Room("agent", f"{event.app}:team"),)


class SignedOut(Event, frozen=True, kw_only=True):
    """An agent's session ended; the sockets that it opened are to be cut."""

    session: int


class AgentRemoved(Event, frozen=True, kw_only=True):
    """An agent was taken out of the application; what it was in charge of is nobody's now."""

    agent: int


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


class GroupsChanged(Event, frozen=True, kw_only=True):
    """The groups of the application are these now, with their names and members."""

    audience = (team,)

    groups: Any


class GroupRemoved(Event, frozen=True, kw_only=True):
    """A group was deleted; what belonged to it belongs to none."""

    group: int
