"""What the operator promises: the deadlines of both plans, and which customer has which."""

from __future__ import annotations

from msgspec import Struct, convert, to_builtins

from hub.accounts.applications import applications, standing
from hub.accounts.grants import FAULTS_REPORT
from hub.accounts.operators import require_operator
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.support.collections import SUPPORT_SERVICES, SUPPORT_TERMS
from hub.support.deadlines import Plan, PlanTimes, Service, Terms, check_terms, check_times
from hub.support.records import Id
from storage.engine import INSTALLATION, Batch, Scope

_THE_ONE = 1


class ServiceChange(Struct, frozen=True, forbid_unknown_fields=True):
    """The plan of a customer; `times` of their own where something shorter was agreed on."""

    application: Id
    plan: Plan
    times: PlanTimes | None = None


class Customer(Struct, frozen=True):
    """An application with its plan."""

    id: int
    name: str
    plan: Plan
    times: PlanTimes | None


class SupportTerms(Struct, frozen=True):
    """The deadlines, and the plan of each customer."""

    terms: Terms
    customers: list[Customer]


async def terms(hub: Hub) -> Terms:
    """Return the deadlines of this installation."""
    kept = await hub.store.get(INSTALLATION, SUPPORT_TERMS, _THE_ONE)
    return convert({name: value for name, value in (kept or {}).items() if name != "id"}, Terms)


async def service_of(hub: Hub, app: int) -> Service:
    """Return what a customer has: basic, where nothing else was said."""
    kept = await hub.store.get(Scope(app), SUPPORT_SERVICES, app)
    return convert({name: value for name, value in (kept or {}).items() if name != "id"}, Service)


@verb(FAULTS_REPORT)
async def get_support_terms(hub: Hub, actor: Actor) -> SupportTerms:
    """Return the deadlines and the customers, to the operator. Raises NotFound."""
    await require_operator(hub, actor)
    found = []
    for app in await applications(hub):
        service = await service_of(hub, app.id)
        found.append(Customer(app.id, app.name, service.plan, service.times))
    return SupportTerms(await terms(hub), found)


@verb(FAULTS_REPORT)
async def set_support_terms(hub: Hub, actor: Actor, rule: Terms) -> SupportTerms:
    """Set the deadlines of both plans and the business hours, for reports from now on. Raises NotFound, InvalidPayload."""
    await require_operator(hub, actor)
    kept = to_builtins(check_terms(rule))
    batch = Batch(INSTALLATION)
    batch.delete(SUPPORT_TERMS, _THE_ONE)
    batch.insert(SUPPORT_TERMS, {"id": _THE_ONE, **kept})
    await hub.commit(batch)
    return await get_support_terms(hub, actor)


@verb(FAULTS_REPORT)
async def set_support_plan(hub: Hub, actor: Actor, change: ServiceChange) -> SupportTerms:
    """Give a customer a plan, for reports from now on. Raises NotFound, InvalidPayload."""
    await require_operator(hub, actor)
    if not await standing(hub, [change.application]):
        raise NotFound("There is no application by that id.")
    if change.times is not None:
        check_times(change.times)
    kept = {"id": change.application, "plan": change.plan, "times": to_builtins(change.times)}
    batch = Batch(Scope(change.application))
    batch.delete(SUPPORT_SERVICES, change.application)
    batch.insert(SUPPORT_SERVICES, kept)
    await hub.commit(batch)
    return await get_support_terms(hub, actor)
