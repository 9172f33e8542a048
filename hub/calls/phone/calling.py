"""An agent calls a phone: which trunk, whose number, and whether it may be called."""

from __future__ import annotations

from typing import NamedTuple

from hub.calls.carriers.dialing import check_allowed, checked_number
from hub.calls.carriers.stored import numbers_of, stored_account
from hub.calls.collections import PHONE_LINES
from hub.calls.phone.minutes import check_minutes
from hub.calls.phone.numbers import contact_of_number, prefix_of
from hub.calls.phone.side import phone_leg
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.people.contacts import get_contact
from storage.engine import Document, Scope


class Way(NamedTuple):
    """Who is called, and what the call keeps of the phone: its trunk, number, and the name of its leg."""

    contact: int
    phone: Document


async def way_to_phone(hub: Hub, scope: Scope, number: str, contact: int | None) -> Way:
    """Return how a number is called: over the oldest trunk that is up, else the oldest that is on, else from a provider's number.

    Raises NotFound (neither trunk nor number, no such contact), InvalidPayload for what is no number, and Forbidden for a
    country that may not be called, for numbers that take the caller's money, and where today has no minutes left.
    """
    scope = Scope(scope.app)
    lines = [each for each in (await hub.store.find(scope, PHONE_LINES, limit=1_000)).items if each["on"]]
    if lines:
        line = min(lines, key=lambda each: each["state"]["phase"] != "up")
        check_minutes(hub, line)
        own, countries, over = line["numbers"][0]["number"], line["countries"], {"line": line["id"]}
    else:
        first = next(iter(await _numbers(hub, scope)), None)
        if first is None:
            raise NotFound("This application has neither a trunk nor a phone number from which it could call a phone.")
        own, countries = first["number"], (await stored_account(hub, scope))["countries"]
        over = {"line": None, "from": first["id"], "at": None}
    prefix = prefix_of(own)
    target = checked_number(
        number if number.strip().startswith(("+", "00")) else f"{prefix}{number.strip().lstrip('0')}"
    )
    check_allowed(target, countries)
    whose = await get_contact(hub, scope, contact) if contact else await contact_of_number(hub, scope, target, prefix)
    return Way(whose["id"], over | {"leg": phone_leg(), "number": target, "placed": False})


async def _numbers(hub: Hub, scope: Scope) -> list[Document]:
    """Return the numbers at a provider from which calls can be made, the oldest first."""
    return [each for each in await numbers_of(hub, scope) if each["state"] == "ready" and "voice" in each["abilities"]]


async def reaches_phones(hub: Hub, scope: Scope) -> bool:
    """Tell whether an application has anything over which an agent could call a phone."""
    scope = Scope(scope.app)
    if any(each["on"] for each in (await hub.store.find(scope, PHONE_LINES, limit=1_000)).items):
        return True
    return bool(await _numbers(hub, scope))
