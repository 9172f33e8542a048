"""What goes with an agent: the names that a provider calls it by, and the person where it was nobody else's.

Unique keys of the installation outlive documents, so whoever deletes one of these frees its keys in the same batch, and
only those that are its own.
"""

from __future__ import annotations

from hub.accounts.collections import AGENTS, PASSKEYS, PEOPLE
from hub.core.hub import Hub
from storage.engine import INSTALLATION, Batch, Document
from storage.filters import Eq, fold

SUBJECT = "sso.subject"
"""Unique keys: `application:issuer:name at the provider` → agent; the agent keeps its own in `subjects`."""
PLACE = "sso.made"
"""Unique keys: the same and `:the agent before, or 0` → the agent that was made for it, which keeps its own in `place`."""
_FEW = 100


def forget_agent(batch: Batch, agent: Document) -> None:
    """Let a batch delete an agent with what single sign-on knows it by."""
    for subject in agent.get("subjects", ()):
        batch.release(SUBJECT, subject)
    if "place" in agent:
        batch.release(PLACE, agent["place"])
    batch.delete(AGENTS, agent["id"])


async def forget_unreachable(hub: Hub, batch: Batch, agent: Document) -> None:
    """Let a batch erase the person of an agent that goes, where nobody can ever be that person again.

    That is who was made by single sign-on, and so is an agent of one application and of no address.
    """
    person = await hub.store.get(INSTALLATION, PEOPLE, agent["person"])
    if person is not None and not await _owns_address(hub, person):
        await _erase(hub, batch, person)


async def forget_person(hub: Hub, batch: Batch, agent: Document) -> None:
    """Let a batch erase the person of an agent that goes with its application, unless other applications have them."""
    person = await hub.store.get(INSTALLATION, PEOPLE, agent["person"])
    agents = (await hub.store.find(INSTALLATION, AGENTS, Eq("person", agent["person"]), limit=_FEW)).items
    if person is None or any(each["app"] != agent["app"] for each in agents):
        return
    if await _owns_address(hub, person):
        batch.release("person.email", fold(person["email"]))
    await _erase(hub, batch, person)


async def _owns_address(hub: Hub, person: Document) -> bool:
    """Tell whether it is this person who signs in with the address: whom a provider named may have another one's."""
    return await hub.store.key(INSTALLATION, "person.email", fold(person["email"])) == person["id"]


async def _erase(hub: Hub, batch: Batch, person: Document) -> None:
    for passkey in (await hub.store.find(INSTALLATION, PASSKEYS, Eq("person", person["id"]), limit=_FEW)).items:
        batch.release("passkey", passkey["credential"])
        batch.delete(PASSKEYS, passkey["id"])
    batch.delete(PEOPLE, person["id"])
