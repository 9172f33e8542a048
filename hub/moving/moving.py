"""One move: the account over there, the application here, and what is told of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from hub.core.actor import Actor
from hub.core.errors import HubError
from hub.core.hub import Hub
from hub.core.past import Past, here
from hub.moving.order import CHOICES, MoveOrder, Problem, Tally
from hub.moving.source import Source
from hub.moving.values import Item, first, id_of, moment
from hub.moving.words import Words
from storage.engine import Document

_AT_ONCE = 16
"""Items of a page at the same time: writes that come together are one transaction."""
_MOST_PROBLEMS = 200


class Moving:
    """What every resource needs to come in."""

    def __init__(self, hub: Hub, actor: Actor, account: Source, name: str, order: MoveOrder) -> None:
        self.hub, self.actor, self.account, self.name, self.order = hub, actor, account, name, order
        self.scope = actor.scope
        self.tallies = {each: Tally() for each in CHOICES}
        self.words = Words(self)
        self.closed: set[str] = set()
        """What is asked for one by one, and offered of nobody."""
        self._problems: dict[tuple[str, str], Problem] = {}

    def wants(self, resource: str) -> bool:
        """Whether a resource is to come."""
        return resource not in self.order.leave_out

    def is_old(self, at: int | None) -> bool:
        """Whether something that changed or happened then is too old to be asked for."""
        return self.order.since is not None and at is not None and at < self.order.since

    def past(self, item: Item, *, id: str = "", at: int | None = None, author: Document | None = None) -> Past:
        """Return where an item was, and since when."""
        created = at or moment(first(item, "created_at", "created", "timestamp"))
        return Past(self.name, id or id_of(item), created, moment(item.get("updated_at")), author)

    async def here(self, kind: str, ids: Iterable[Any]) -> dict[str, int]:
        """Return the ids here of things over there, by their ids as text."""
        return await here(self.hub, self.scope, kind, self.name, ids)

    def tell(self, resource: str, id: Any, reason: str) -> None:
        """Note why something was not taken, or not all of it."""
        known = self._problems.get((resource, reason))
        if known is None and len(self._problems) >= _MOST_PROBLEMS:
            reason = "Further reasons were not written down."
            known = self._problems.get((resource, reason))
        count = known.count if known else 0
        self._problems[resource, reason] = Problem(resource, reason, known.example if known else str(id), count + 1)

    def leave(self, resource: str, id: Any, reason: str) -> None:
        """Leave one out, and say why."""
        self.tallies[resource].count("left_out")
        self.tell(resource, id, reason)

    def count(self, resource: str, item: Item, outcome: str, refused: Mapping[str, str] | None = None) -> None:
        """Count what became of an item, and tell which of its values were left out and why."""
        self.tallies[resource].count(outcome)
        if outcome == "gone":
            self.tell(resource, id_of(item), "It was deleted here since it came in, so it stays away.")
        for name, reason in (refused or {}).items():
            self.tell(resource, id_of(item), f"{name}: {reason}")

    @property
    def problems(self) -> list[Problem]:
        """What was told, resource by resource."""
        return sorted(self._problems.values(), key=lambda each: (CHOICES.index(each.resource), each.reason))

    def remember(self, problems: list[Problem]) -> None:
        """Take over what an earlier run told."""
        self._problems = {(each.resource, each.reason): each for each in problems}

    async def each(self, resource: str, items: list[Item], take: Callable[[Item], Awaitable[None]]) -> None:
        """Take items, some at the same time; one that is refused here is left out with the reason."""

        async def one(item: Item) -> None:
            async with turns:
                if not id_of(item):
                    self.leave(resource, "", "It has no id.")
                    return
                try:
                    await take(item)
                except HubError as error:
                    self.leave(resource, id_of(item), error.message)

        turns = asyncio.Semaphore(_AT_ONCE)
        for outcome in await asyncio.gather(*map(one, items), return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome
