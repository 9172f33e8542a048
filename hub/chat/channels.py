"""The ways to reach a person who is not in the chat. An area brings its channel; `hub/subscribers.py` says which there are."""

from __future__ import annotations

from typing import Any, Protocol

from msgspec import Struct

from hub.accounts.away import AwayRule
from hub.core.hub import Hub
from storage.engine import Document, Scope


class Missed(Struct, frozen=True):
    """What somebody missed: their document, the company's messages, and the ids of the letters that went before.

    `earlier` is what was said before that, as much of it as the application wants repeated; `answers` tells whether the
    person has written in this conversation. `way` is how their latest own message asks to be answered (`Origin.way`), where it
    came by a channel that says so.
    """

    conversation: int
    contact: Document
    messages: list[Document]
    before: list[str]
    earlier: list[Document] = []
    answers: bool = True
    way: Document | None = None

    @property
    def through(self) -> int:
        """The position of the last message."""
        return int(self.messages[-1]["position"])


class Letter(Struct, frozen=True):
    """What is sent: its id, which is the same whenever the same is sent, what to call it, and what the channel made."""

    id: str
    name: str
    content: Any


class Unreachable(Exception):
    """The channel will never take this letter. `why` is a short code that the panel has words for."""

    def __init__(self, said: str, why: str = "refused") -> None:
        super().__init__(said)
        self.why = why


class ChannelAway(Exception):
    """The channel may take it later: in `after` milliseconds, where it knows (0 where it does not)."""

    def __init__(self, after: int, said: str) -> None:
        super().__init__(said)
        self.after = after


class Channel(Protocol):
    """A way to reach a person who is not here.

    One that is `patient` waits for as long as the application says. One that is `elsewhere` answers where the person wrote last,
    which is not the website: it does not wait for them to leave that.
    """

    name: str
    patient: bool
    elsewhere: bool

    async def works(self, hub: Hub, scope: Scope) -> bool:
        """Tell whether the application has it."""

    async def reaches(self, hub: Hub, scope: Scope, missed: Missed) -> bool:
        """Tell whether the person can be reached by it with what they missed."""

    async def write(self, hub: Hub, scope: Scope, missed: Missed, delivery: int) -> Letter:
        """Return the letter."""

    async def send(self, hub: Hub, scope: Scope, letter: Letter) -> None:
        """Send it. Raises Unreachable where it never will be taken, ChannelAway or anything else where it may be later."""


class Channels:
    """The channels of this hub, in the order in which they are tried."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.all: list[Channel] = []

    def of(self, came: str) -> list[Channel]:
        """Return those that may send what is said in a conversation that came by a channel."""
        return [each for each in self.all if not each.elsewhere or each.name == came]

    def named(self, name: str) -> Channel | None:
        """Return a channel."""
        return next((each for each in self.all if each.name == name), None)

    async def first(self, scope: Scope, rule: AwayRule, tried: list[str], missed: Missed) -> Channel | None:
        """Return the first channel that reaches somebody and was not tried yet.

        One that the application has not set up is the last resort: its letters wait until it is.
        """
        waiting = None
        for each in self.all:
            if each.name in tried or not rule.allows(each.name):
                continue
            if not missed.answers and missed.contact.get("unsubscribed"):
                continue
            if not await each.reaches(self._hub, scope, missed):
                continue
            if await each.works(self._hub, scope):
                return each
            waiting = waiting or each
        return waiting
