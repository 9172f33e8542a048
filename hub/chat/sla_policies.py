"""How soon conversations are to be answered and solved: policies, the first one that fits a conversation counts."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, convert, structs, to_builtins

from hub.accounts.grants import CONVERSATIONS_MANAGE, HOURS_MANAGE
from hub.accounts.team import Team
from hub.chat.collections import SLA
from hub.chat.records import Priority
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.kept import Kept
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.vocabulary import Vocabularies, vocabulary
from storage.engine import Batch, Document, Duplicate, GuardFailed, Scope
from storage.filters import Eq

_MOST = 20
Id = Annotated[int, Meta(ge=1, le=2**53)]
Minutes = Annotated[int, Meta(ge=1, le=525_600)] | None


class SlaPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """A promise: minutes until the first answer, each next answer, and the end of the conversation; null for none.

    id          0 for a new one
    business    minutes of the opening hours of its group; else all minutes
    warn        per cent of the time after which it is said to be near
    groups, priorities, segments   for which conversations; empty for all. `segments` are those of the contact
    """

    id: Annotated[int, Meta(ge=0, le=2**53)]
    name: Annotated[str, Meta(min_length=1, max_length=64)]
    on: bool = True
    first: Minutes = None
    next: Minutes = None
    resolution: Minutes = None
    business: bool = True
    warn: Annotated[int, Meta(ge=10, le=99)] = 80
    groups: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()
    priorities: Annotated[tuple[Priority, ...], Meta(max_length=4)] = ()
    segments: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()

    def fits(self, document: Document, priority: str | None, segments: frozenset[int]) -> bool:
        """Tell whether the promise is for a conversation."""
        return (
            self.on
            and (not self.groups or document.get("group") in self.groups)
            and (not self.priorities or priority in self.priorities)
            and (not self.segments or not segments.isdisjoint(self.segments))
        )


class SlaPolicies(Struct, frozen=True, forbid_unknown_fields=True):
    """All promises of an application, in the order in which they are asked."""

    policies: Annotated[tuple[SlaPolicy, ...], Meta(max_length=_MOST)] = ()


class Promises(Kept[SlaPolicies]):
    """The policies that this node was asked for."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, "sla", _read)


async def _read(hub: Hub, scope: Scope) -> SlaPolicies:
    found = await hub.store.get(scope, SLA, scope.app)
    return convert({"policies": (found or {}).get("policies") or []}, SlaPolicies)


@verb(CONVERSATIONS_MANAGE)
async def get_sla(hub: Hub, actor: Actor) -> SlaPolicies:
    """Return how soon conversations are to be answered and solved."""
    return await hub.part(Promises).of(actor.scope.app)


@verb(HOURS_MANAGE)
async def set_sla(hub: Hub, actor: Actor, given: SlaPolicies) -> SlaPolicies:
    """Say how soon conversations are to be answered and solved; running times follow with the next turn of each.

    Raises NotFound for a group or a segment that is not there, InvalidPayload, and Conflict.
    """
    app = actor.scope.app
    await _check(hub, actor, given)
    before = await hub.store.get(actor.scope, SLA, app)
    known = {each["id"] for each in (before or {}).get("policies", ())}
    policies = []
    for each in given.policies:
        if each.id and each.id not in known:
            raise NotFound(f"There is no policy {each.id}.")
        policies.append(each if each.id else structs.replace(each, id=await hub.ids.next("sla_policy")))
    batch = Batch(actor.scope)
    turn = 1 if before is None else before["turn"] + 1
    if before is None:
        batch.insert(SLA, {"id": app, "turn": turn, "policies": to_builtins(policies)})
    else:
        batch.guard(SLA, app, Eq("turn", before["turn"]))
        batch.patch(SLA, app, set={"turn": turn, "policies": to_builtins(policies)})
    try:
        await hub.commit(batch)
    except (GuardFailed, Duplicate):
        raise Conflict("Somebody else changed the policies just now. Look again.") from None
    hub.part(Promises).changed(app)
    return SlaPolicies(tuple(policies))


async def _check(hub: Hub, actor: Actor, given: SlaPolicies) -> None:
    app = actor.scope.app
    hub.part(Team).forget(app)
    hub.part(Vocabularies).forget(app)
    groups, segments = (await hub.part(Team).of(app)).groups, (await vocabulary(hub, actor.scope)).segments
    for each in given.policies:
        check_text(each.name, "name")
        if each.first is None and each.next is None and each.resolution is None:
            raise InvalidPayload(f"The policy {each.name} promises nothing: give it a time.")
        for group in each.groups:
            if group not in groups:
                raise NotFound(f"There is no group {group} in this application.")
        for segment in each.segments:
            if segment not in segments:
                raise NotFound(f"There is no segment {segment} in this application.")
