"""Who operates the installation: agents with a mark that the command line sets; the first owner has it from the start.

No role of an application gives it, because it reaches over all of them: whoever has no mark finds nothing there.
"""

from __future__ import annotations

from msgspec import Struct

from hub.accounts.collections import AGENTS
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from storage.engine import INSTALLATION, Batch, Document
from storage.filters import Eq, fold


class Operator(Struct, frozen=True):
    """An agent who operates the installation."""

    agent: int
    app: int
    name: str
    email: str


class OperatorOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to give the mark, or to take it from; neither only lists."""

    add: str = ""
    remove: str = ""


async def operators(hub: Hub) -> list[Operator]:
    """Return the operators; somebody who is in several applications once for each."""
    page = await hub.store.find(INSTALLATION, AGENTS, Eq("operator", True), limit=1000, scan=True)
    return [Operator(each["id"], each["app"], each["name"], each["email"]) for each in page.items]


async def is_operator(hub: Hub, actor: Actor) -> bool:
    """Tell whether the actor is an agent who operates the installation."""
    agent = await hub.store.get(INSTALLATION, AGENTS, actor.id) if actor.kind == "agent" else None
    return agent is not None and agent.get("operator") is True


async def require_operator(hub: Hub, actor: Actor) -> None:
    """Raise NotFound for everybody else: that there is more is nobody else's to know."""
    if not await is_operator(hub, actor):
        raise NotFound


async def order_operators(hub: Hub, order: OperatorOrder) -> list[Operator]:
    """Give or take the mark by e-mail address, and return who has it. Raises InvalidPayload for an address nobody has."""
    for email, mark in ((order.add, True), (order.remove, False)):
        if not email:
            continue
        batch = Batch(INSTALLATION)
        for agent in await _agents_of(hub, email):
            batch.patch(AGENTS, agent["id"], set={"operator": mark})
        if not batch.steps:
            raise InvalidPayload(f"No agent signs in as {email}.")
        await hub.commit(batch)
    return await operators(hub)


async def _agents_of(hub: Hub, email: str) -> list[Document]:
    person = await hub.store.key(INSTALLATION, "person.email", fold(email.strip()))
    if person is None:
        return []
    return (await hub.store.find(INSTALLATION, AGENTS, Eq("person", person), limit=1000)).items
