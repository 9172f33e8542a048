"""Facts of calls, each with its audience: the contact's devices, and the devices of single agents. Nobody else hears of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hub.accounts.events import agent_alone, team
from hub.chat.events import contact_side
from hub.core.event import Event, Room


def those_agents(event: Any) -> Iterable[Room]:
    """The agents whom it concerns, each on all devices."""
    return (agent_alone(event.app, agent) for agent in event.agents)


def contact_devices(event: Any) -> Iterable[Room]:
    """The contact's devices; none of them where the contact is on the phone."""
    return () if event.side == "phone" else contact_side(event)


class OfCall(Event, frozen=True, kw_only=True):
    """A fact of one call, with what its audience is found by: `side` is "phone" where the contact is on the phone."""

    audience = (contact_devices, those_agents)

    call: dict[str, Any]
    contact: int
    browser: int | None
    agents: tuple[int, ...]
    side: str = ""


class CallRinging(OfCall, frozen=True, kw_only=True):
    """It rings, or rings others than before; whoever is not among them any more is silent."""


class CallAccepted(OfCall, frozen=True, kw_only=True):
    """Somebody took it, on one device; all others stop ringing."""


class CallChanged(OfCall, frozen=True, kw_only=True):
    """A side holds it or goes on, can't be heard or can again."""


class CallEnded(OfCall, frozen=True, kw_only=True):
    """It is over."""


class CallWaysChanged(Event, frozen=True, kw_only=True):
    """Calls were switched on or off, or there is another way to phones, or none any more."""

    audience = (team,)


def called_contact(event: Any) -> Iterable[Room]:
    """The contact, where a signal is for that side; other devices see by the leg that it is not theirs."""
    return () if event.side == "agent" else contact_side(event)


def called_agent(event: Any) -> Iterable[Room]:
    """The agent, where a signal is for that side, on all devices."""
    return () if event.side == "contact" else those_agents(event)


class CallSignalled(Event, frozen=True, kw_only=True):
    """A device says to the other one how it can be reached. Passed on, never kept."""

    audience = (called_contact, called_agent)
    momentary = True

    side: str
    signal: Any
    contact: int
    browser: int | None
    agents: tuple[int, ...]


class OfferMade(CallSignalled, frozen=True, kw_only=True):
    """A device describes how it can be reached."""


class OfferAnswered(CallSignalled, frozen=True, kw_only=True):
    """The other device answers."""


class CandidateFound(CallSignalled, frozen=True, kw_only=True):
    """A device found one more way to itself."""
