"""What was talked: a conversation is open, an agent answered, the contact wrote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from hub.people.conditions.base import Condition, World, condition
from hub.people.conditions.counted import Happened
from storage.filters import Eq, Filter, Gt, Not, all_of


@condition("conversation")
class HasConversation(Condition, frozen=True, kw_only=True):
    """Whether the contact has an open conversation, only closed ones, or none at all."""

    state: Literal["open", "closed", "none"]

    def looks_at(self, world: World) -> Iterable[str]:
        """Return the numbers of conversations."""
        return ("conversations",)

    def filter(self, world: World) -> Filter:
        """Return the question for the storage engine."""
        is_open, began = Gt("conversations.open", 0), Gt("conversations.begun", 0)
        if self.state == "open":
            return is_open
        return Not(began) if self.state == "none" else all_of(began, Not(is_open))


@condition("answered")
class AgentAnswered(Happened, frozen=True, kw_only=True):
    """An agent wrote to the contact."""

    def key(self, world: World) -> str:
        """Return the count of answers."""
        return "answered"


@condition("wrote")
class ContactWrote(Happened, frozen=True, kw_only=True):
    """The contact began or went on with a conversation."""

    def key(self, world: World) -> str:
        """Return the count of conversations that the contact wrote in."""
        return "wrote"


@condition("waiting")
class WaitsForAnswer(Condition, frozen=True, kw_only=True):
    """The contact wrote, and nobody has answered since."""

    def looks_at(self, world: World) -> Iterable[str]:
        """Return the field."""
        return ("conversations",)

    def filter(self, world: World) -> Filter:
        """Return the question for the storage engine."""
        return Eq("conversations.waiting", True)
