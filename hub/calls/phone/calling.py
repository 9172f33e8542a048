"""An agent calls a phone: which trunk, whose number, and whether it may be called."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from hub.calls.carriers.dialing import check_allowed, checked_number
from hub.calls.collections import PHONE_LINES
from hub.calls.phone.numbers import contact_of_number, prefix_of
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.people.contacts import get_contact
from storage.engine import Document, Scope


class Way(NamedTuple):
    """Who is called, and what the call keeps of the phone: its trunk, number, and the name of its leg."""

    contact: int
    phone: Document


async def way_to_phone(hub: Hub, scope: Scope, number: str, contact: int | None) -> Way:
    """Return how a number is called: over the oldest trunk that is up, else the oldest that is on.

    Raises NotFound (no trunk, no such contact), InvalidPayload for what is no number, and Forbidden for a country that the trunk
    may not call, and for numbers that take the caller's money.
    """
    scope = Scope(scope.app)
    lines = [each for each in (await hub.store.find(scope, PHONE_LINES, limit=1_000)).items if each["on"]]
    lines.sort(key=lambda each: each["state"]["phase"] != "up")
    if not lines:
        raise NotFound("This application has no trunk over which it could call a phone.")
    line = lines[0]
    prefix = prefix_of(line["numbers"][0]["number"])
    target = checked_number(
        number if number.strip().startswith(("+", "00")) else f"{prefix}{number.strip().lstrip('0')}"
    )
    check_allowed(target, line["countries"])
    whose = await get_contact(hub, scope, contact) if contact else await contact_of_number(hub, scope, target, prefix)
    return Way(
        whose["id"], {"line": line["id"], "leg": f"phone-{secrets.token_hex(8)}", "number": target, "placed": False}
    )
