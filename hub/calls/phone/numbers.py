"""Phone numbers as providers write them, and whose they are."""

from __future__ import annotations

from hub.accounts.system import system_of
from hub.calls.carriers.dialing import NUMBER, countries_of
from hub.core.hub import Hub
from hub.people.contacts import contact_of_phone, get_contact
from hub.people.managing import NewContact, create_contact
from storage.engine import Document, Scope


def international(number: str, prefix: str) -> str:
    """Return a number that came from a trunk as E.164, with the country's prefix (`+48`) where it says none; "" for none.

    Providers write +48…, 0048…, 48… and, within a country, 0… or the bare number.
    """
    digits = "".join(char for char in number if char.isascii() and (char.isdigit() or char == "+"))
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif prefix and digits.startswith(prefix[1:]) and NUMBER.fullmatch(f"+{digits}") and len(digits) > 9:
        digits = f"+{digits}"
    elif digits and not digits.startswith("+"):
        digits = prefix + digits.removeprefix("0")
    return digits if NUMBER.fullmatch(digits) else ""


def prefix_of(number: str) -> str:
    """Return what the numbers of a number's (E.164) own country begin with: +48 of +48221000000; "" where nobody knows."""
    country = countries_of(number)
    beginnings = (number[: 1 + length] for length in range(1, 8))
    return next((each for each in beginnings if country and countries_of(f"{each}{'0' * 8}") == country), "")


async def contact_of_number(hub: Hub, scope: Scope, number: str, prefix: str) -> Document:
    """Return the contact with this number (E.164), who was seen last where several have it; made where there is none.

    A number says nothing about who holds the phone: it proves nobody, and opens no conversation to anybody.
    """
    bare = number.removeprefix("+")
    national = number.removeprefix(prefix) if prefix else bare
    forms = [number, bare, f"00{bare}", national, f"0{national}"] if national != number else [number, bare, f"00{bare}"]
    found = await contact_of_phone(hub, scope, forms)
    return found or await _made(hub, scope, {"phone_number": number})


async def unknown_contact(hub: Hub, scope: Scope) -> Document:
    """Return a new contact, for somebody who hides the number: nobody knows whether it is the one of the last time."""
    return await _made(hub, scope, {})


async def _made(hub: Hub, scope: Scope, attributes: Document) -> Document:
    system = system_of(scope)
    made = await create_contact(hub, system, NewContact(attributes))
    return await get_contact(hub, scope, made.id)
