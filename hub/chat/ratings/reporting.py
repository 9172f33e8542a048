"""How content people were: of all, by agent, by label and by day; and what they wrote."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from hub.accounts.grants import CONVERSATIONS_MANAGE
from hub.chat.collections import CONVERSATION_LABELS, RATINGS
from hub.chat.conversations import Id
from hub.chat.ratings.answering import satisfied
from hub.chat.sla import DAY
from hub.chat.sla_report import Date, day_number
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import Document, Sort
from storage.filters import Eq, Filter, Gte, Lt, Ne, all_of

_PAGE = 500
_MOST_DAYS = 400


class RatingsAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """Answers of which days (UTC), both included, the last thirty without them; of one agent, with one label."""

    since: Date | None = None
    until: Date | None = None
    agent: Id | None = None
    label: Id | None = None


class RatingsPageOf(RatingsAsked, frozen=True, forbid_unknown_fields=True):
    """The same; `comments` for those with words alone, and `cursor` of the page before."""

    comments: bool = False
    limit: Annotated[int, Meta(ge=1, le=100)] = 50
    cursor: str | None = None


class RatingFigure(Struct, frozen=True):
    """How many answered, how many of them were satisfied (4 or 5), their mean, and how many wrote why."""

    answers: int
    satisfied: int
    mean: float | None
    comments: int


class RatedOne(Struct, frozen=True):
    """The figures of one agent or one label; the name is that of now, of an agent who left that of then."""

    id: int
    name: str
    figure: RatingFigure


class RatedDay(Struct, frozen=True):
    """The figures of one day, UTC."""

    day: str
    answers: int
    satisfied: int


class RatingReport(Struct, frozen=True):
    """`asked` is how often was asked in these days, of everybody; the scores say how often each one was given."""

    asked: int
    total: RatingFigure
    scores: list[int]
    agents: list[RatedOne]
    labels: list[RatedOne]
    days: list[RatedDay]


class GivenRating(Struct, frozen=True):
    """An answer, with the conversation that it is about and the agent whose it was."""

    id: int
    conversation: int
    agent: int | None
    name: str
    labels: list[int]
    score: int
    comment: str
    answered: str


class GivenRatings(Struct, frozen=True):
    """A page of answers, the newest first; without a cursor there is nothing older."""

    ratings: list[GivenRating]
    cursor: str | None


class _Sum:
    def __init__(self) -> None:
        self.answers = self.satisfied = self.points = self.comments = 0
        self.name = ""

    def add(self, rating: Document) -> None:
        self.answers += 1
        self.satisfied += satisfied(rating["score"])
        self.points += rating["score"]
        self.comments += bool(rating["comment"])

    def figure(self) -> RatingFigure:
        mean = round(self.points / self.answers, 2) if self.answers else None
        return RatingFigure(self.answers, self.satisfied, mean, self.comments)


@verb(CONVERSATIONS_MANAGE)
async def report_ratings(hub: Hub, actor: Actor, asked: RatingsAsked) -> RatingReport:
    """Return how content people were. Raises InvalidPayload for a day that is none, and for more than 400 days."""
    since, until = _period(hub, asked)
    total, scores = _Sum(), [0] * 5
    agents: dict[int, _Sum] = {}
    labels: dict[int, _Sum] = {}
    days: dict[int, _Sum] = {}
    async for rating in _answers(hub, actor, _filter(asked, since, until)):
        agent = rating["agent"] or {"id": 0, "name": ""}
        by_agent = agents.setdefault(agent["id"], _Sum())
        by_agent.name = agent["name"]
        of_labels = [labels.setdefault(label, _Sum()) for label in rating["labels"]]
        for each in (total, by_agent, days.setdefault(rating["answered"] // DAY, _Sum()), *of_labels):
            each.add(rating)
        scores[rating["score"] - 1] += 1
    names = await hub.store.get_many(actor.scope, CONVERSATION_LABELS, list(labels))
    times = all_of(Gte("asked", since * DAY), Lt("asked", (until + 1) * DAY))
    return RatingReport(
        await hub.store.count(actor.scope, RATINGS, times), total.figure(), scores,
        _most([RatedOne(id, each.name, each.figure()) for id, each in agents.items()]),
        _most([RatedOne(id, names[id]["name"], each.figure()) for id, each in labels.items() if id in names]),
        [RatedDay(_date(day), each.answers, each.satisfied) for day, each in sorted(days.items())],
    )  # fmt: skip


@verb(CONVERSATIONS_MANAGE)
async def list_ratings(hub: Hub, actor: Actor, asked: RatingsPageOf) -> GivenRatings:
    """Return answers, the newest first. Raises InvalidPayload for a day or a cursor that is none."""
    since, until = _period(hub, asked)
    filter = _filter(asked, since, until)
    if asked.comments:
        filter = all_of(filter, Ne("comment", ""))
    sort = Sort("answered", descending=True)
    try:
        page = await hub.store.find(
            actor.scope, RATINGS, filter, sort=sort, limit=asked.limit, cursor=asked.cursor, scan=True
        )
    except ValueError:
        raise InvalidPayload("`cursor` is none that this list gave.") from None
    return GivenRatings([_given(each) for each in page.items], page.cursor)


async def _answers(hub: Hub, actor: Actor, filter: Filter) -> AsyncIterator[Document]:
    cursor = None
    while True:
        page = await hub.store.find(
            actor.scope, RATINGS, filter, sort=Sort("answered"), limit=_PAGE, cursor=cursor, scan=True
        )
        for each in page.items:
            yield each
        cursor = page.cursor
        if cursor is None:
            return
        await asyncio.sleep(0)  # others have their turn


def _period(hub: Hub, asked: RatingsAsked) -> tuple[int, int]:
    until = hub.clock.now() // DAY if asked.until is None else day_number(asked.until)
    since = until - 29 if asked.since is None else day_number(asked.since)
    if until - since >= _MOST_DAYS:
        raise InvalidPayload(f"A report covers at most {_MOST_DAYS} days. Choose fewer.")
    return since, until


def _filter(asked: RatingsAsked, since: int, until: int) -> Filter:
    filters: list[Filter] = [Gte("answered", since * DAY), Lt("answered", (until + 1) * DAY)]
    if asked.agent is not None:
        filters.append(Eq("agent.id", asked.agent))
    if asked.label is not None:
        filters.append(Eq("labels", asked.label))
    return all_of(*filters)


def _most(found: list[RatedOne]) -> list[RatedOne]:
    return sorted(found, key=lambda each: (-each.figure.answers, each.id))


def _date(day: int) -> str:
    return date.fromordinal(date(1970, 1, 1).toordinal() + day).isoformat()


def _given(rating: Document) -> GivenRating:
    agent = rating["agent"] or {"id": None, "name": ""}
    return GivenRating(
        rating["id"], rating["conversation"], agent["id"], agent["name"], rating["labels"], rating["score"],
        rating["comment"], rfc3339(rating["answered"]),
    )  # fmt: skip
