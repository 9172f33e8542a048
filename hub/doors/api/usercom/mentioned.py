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


async def company_by(hub: Hub, actor: Actor, own: str) -> Document | None:
    """Return the company that has this id of the client's own, or None."""
    try:
        return (await records.read_record(hub, actor, records.RecordRef(own, "company", "custom_id"))).document
    except NotFound:
        return None


def is_only_mentioned(company: Document) -> bool:
    """Tell whether nobody has said yet what a company is called."""
    return bool(company["name"] == company.get("custom_id"))


async def mentioned_company(hub: Hub, actor: Actor, own: str) -> int:
    """Return the id of the company of this own id, made now where there is none. Raises Conflict, InvalidPayload."""
    for number in range(1, _TRIES + 1):
        if known := await company_by(hub, actor, own):
            return int(known["id"])
        name = own if number == 1 else f"{own} ({number})"  # another one is called like that
        try:
            return (
                await companies.create_company(hub, actor, companies.NewCompany({"name": name, "custom_id": own}))
            ).id
        except Taken:
            continue
    raise Conflict
