"""How often promised times were kept."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from hub.accounts.grants import CONVERSATIONS_MANAGE
from hub.chat.collections import SLA_TALLIES
from hub.chat.records import SlaKind
from hub.chat.sla import DAY
from hub.chat.sla_policies import Promises
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import Sort
from storage.filters import Gte, Lte, all_of

_MOST = 400
_KINDS: tuple[SlaKind, ...] = ("first", "next", "resolution")
Date = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class SlaReportOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Of which days (UTC), both included; the last thirty without them."""

    since: Date | None = None
    until: Date | None = None


class SlaFigure(Struct, frozen=True):
    """How often one promise of a policy was kept and broken."""

    policy: int
    name: str
    kind: SlaKind
    met: int
    missed: int


class SlaReport(Struct, frozen=True):
    """The figures of all policies that are there."""

    figures: list[SlaFigure]


@verb(CONVERSATIONS_MANAGE)
async def report_sla(hub: Hub, actor: Actor, asked: SlaReportOf) -> SlaReport:
    """Return how often each promise was kept and broken. Raises InvalidPayload for a day that is none."""
    today = hub.clock.now() // DAY
    until = today if asked.until is None else day_number(asked.until)
    since = until - 29 if asked.since is None else day_number(asked.since)
    days = all_of(Gte("day", since), Lte("day", until))
    page = await hub.store.find(actor.scope, SLA_TALLIES, days, sort=Sort("day"), limit=_MOST)
    figures = []
    for policy in (await hub.part(Promises).of(actor.scope.app)).policies:
        for kind in _KINDS:
            found = [each["policies"].get(str(policy.id), {}).get(kind, {}) for each in page.items]
            met, missed = (sum(each.get(what, 0) for each in found) for what in ("met", "missed"))
            if getattr(policy, kind) is not None or met or missed:
                figures.append(SlaFigure(policy.id, policy.name, kind, met, missed))
    return SlaReport(figures)


def day_number(text: str) -> int:
    """Return the number of a day since 1970. Raises InvalidPayload for one that is none."""
    try:
        return date.fromisoformat(text).toordinal() - date(1970, 1, 1).toordinal()
    except ValueError:
        raise InvalidPayload(f"There is no day {text}.") from None
