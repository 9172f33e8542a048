"""How an application enriches: its key, on which occasions, how much a month, and what came of it lately."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from hub.accounts.grants import ENRICHMENT_MANAGE
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Conflict, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import ENRICHMENT
from hub.people.enriching.enricher import Enricher, EnricherError, KeyRefused
from hub.people.enriching.fullcontact import FullContact
from hub.people.enriching.occasions import Occasion, Occasions
from storage.engine import Batch, Document, Duplicate, Scope

_KEY = re.compile(r"[\x21-\x7e]{8,256}")
_SHOWN = 4
_TRIES = 5

DEFAULTS: Document = {
    "key": None, "on_demand": True, "on_identification": False, "in_bulk": True, "needs_consent": False, "quota": 100,
    "days": 90, "month": "", "used": 0, "asked": 0, "paused": None, "problem": None, "last": None,
}  # fmt: skip


class EnrichmentChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of how an application enriches; what is absent stays. A null key forgets it.

    quota           people and companies that may be found in one month (UTC)
    days            for so long the same one is not asked for again
    needs_consent   ask only for contacts who agreed to the purpose `enrichment`
    """

    key: str | UnsetType | None = UNSET
    on_demand: bool | UnsetType = UNSET
    on_identification: bool | UnsetType = UNSET
    in_bulk: bool | UnsetType = UNSET
    needs_consent: bool | UnsetType = UNSET
    quota: Annotated[int, Meta(ge=0, le=10_000_000)] | UnsetType = UNSET
    days: Annotated[int, Meta(ge=1, le=3_650)] | UnsetType = UNSET


class LastEnrichment(Struct, frozen=True):
    """What happened when somebody was asked for last; it names nobody."""

    at: str
    occasion: Occasion
    status: str
    message: str


class Enrichment(Struct, frozen=True):
    """How an application enriches. Of its key only the end is ever shown.

    used           found in this month, of `quota`
    asked          questions in this month, answered or not
    paused_until   until then nothing is asked by itself
    """

    provider: str
    key: str | None
    on_demand: bool
    on_identification: bool
    in_bulk: bool
    needs_consent: bool
    quota: int
    days: int
    month: str
    used: int
    asked: int
    paused_until: str | None
    problem: str | None
    last: LastEnrichment | None


class KeyCheck(Struct, frozen=True, forbid_unknown_fields=True):
    """A key to be tried; the stored one where none is given."""

    key: str | None = None


class KeyChecked(Struct, frozen=True):
    """Whether a key works; `unknown` where the provider can't be asked now."""

    result: Literal["works", "refused", "unknown"]
    message: str = field(default="")


@verb(ENRICHMENT_MANAGE)
async def get_enrichment(hub: Hub, actor: Actor) -> Enrichment:
    """Return how the application enriches, and how much of this month's quota is used."""
    return _shown(hub, await stored_setting(hub, actor.scope))


@verb(ENRICHMENT_MANAGE)
async def change_enrichment(hub: Hub, actor: Actor, change: EnrichmentChange) -> Enrichment:
    """Change how the application enriches. Raises InvalidPayload for what can't be a key."""
    changes: Document = {
        name: value for name in EnrichmentChange.__struct_fields__ if (value := getattr(change, name)) is not UNSET
    }
    if "key" in changes:
        changes["key"] = _checked(changes["key"])
        changes |= {"paused": None, "problem": None}  # they were the old one's
    for _ in range(_TRIES):
        batch = Batch(Scope(actor.scope.app))
        is_new = await hub.store.get(actor.scope, ENRICHMENT, actor.scope.app) is None
        if is_new:
            batch.insert(ENRICHMENT, {"id": actor.scope.app, **DEFAULTS, **changes})
        elif changes:
            batch.patch(ENRICHMENT, actor.scope.app, set=changes)
        try:
            await hub.commit(batch)
        except Duplicate:  # somebody else was the first
            continue
        hub.part(Occasions).changed(actor.scope.app)
        return _shown(hub, await stored_setting(hub, actor.scope))
    raise Conflict


@verb(ENRICHMENT_MANAGE)
async def check_key(hub: Hub, actor: Actor, given: KeyCheck) -> KeyChecked:
    """Ask the provider whether a key works. Raises NotFound where there is none to try, InvalidPayload."""
    key = _checked(given.key) if given.key else (await stored_setting(hub, actor.scope))["key"]
    if not key:
        raise NotFound("There is no key to try. Give one.")
    try:
        await enricher(hub).check(key)
    except KeyRefused as error:
        return KeyChecked("refused", str(error))
    except EnricherError as error:
        return KeyChecked("unknown", str(error))
    return KeyChecked("works")


def enricher(hub: Hub) -> Enricher:
    """Return the provider."""
    return hub.part(FullContact)


async def stored_setting(hub: Hub, scope: Scope) -> Document:
    """Return the setting of an application with everything that it leaves to the defaults."""
    document = await hub.store.get(scope, ENRICHMENT, scope.app) or {}
    return {**DEFAULTS, **document}


def month_of(hub: Hub) -> str:
    """Return the month that quotas count by."""
    return rfc3339(hub.clock.now())[:7]


def _checked(key: str | None) -> str | None:
    if key is None or not key.strip():
        return None
    if not _KEY.fullmatch(key.strip()):
        raise InvalidPayload("This can't be a key: a key has 8 to 256 letters, digits and signs, and no spaces.")
    return key.strip()


def _shown(hub: Hub, document: Document) -> Enrichment:
    this_month = document["month"] == month_of(hub)
    paused: int | None = document["paused"]
    last: dict[str, Any] | None = document["last"]
    return Enrichment(
        provider=enricher(hub).title, key=f"…{document['key'][-_SHOWN:]}" if document["key"] else None,
        **{name: document[name] for name in ("on_demand", "on_identification", "in_bulk", "needs_consent", "quota", "days")},
        month=month_of(hub), used=document["used"] if this_month else 0, asked=document["asked"] if this_month else 0,
        paused_until=rfc3339(paused) if paused and paused > hub.clock.now() else None, problem=document["problem"],
        last=LastEnrichment(rfc3339(last["at"]), last["occasion"], last["status"], last["message"]) if last else None,
    )  # fmt: skip
