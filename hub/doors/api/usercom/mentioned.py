"""Companies that a user's `company_id` names before anybody has made them: clients send users first, or nothing else.

Such a company is called by its id until it is made: then it is that one.
"""

from __future__ import annotations

from hub.core.actor import Actor
from hub.core.errors import Conflict, NotFound, Taken
from hub.core.hub import Hub
from hub.people import records
from hub.people.companies import companies
from storage.engine import Document

_TRIES = 5


def _names(own: str) -> list[str]:
    """Return what a company is called by its id alone: the id, and where another one is called like that, with a number."""
    return [own, *(f"{own} ({number})" for number in range(2, _TRIES + 1))]


async def company_by(hub: Hub, actor: Actor, own: str) -> Document | None:
    """Return the company that has this id of the client's own, or None."""
    try:
        return (await records.read_record(hub, actor, records.RecordRef(own, "company", "custom_id"))).document
    except NotFound:
        return None


def is_only_mentioned(company: Document) -> bool:
    """Tell whether nobody has said yet what a company is called."""
    own = company.get("custom_id")
    return own is not None and company["name"] in _names(own)


async def mentioned_company(hub: Hub, actor: Actor, own: str) -> int:
    """Return the id of the company of this own id, made now where there is none. Raises Conflict, InvalidPayload."""
    for name in _names(own):
        if known := await company_by(hub, actor, own):
            return int(known["id"])
        try:
            return (
                await companies.create_company(hub, actor, companies.NewCompany({"name": name, "custom_id": own}))
            ).id
        except Taken:
            continue
    raise Conflict
