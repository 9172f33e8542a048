"""What the other tenant calls the verbs of phone providers with, for the matrix of all verbs."""

from __future__ import annotations

from typing import Any

from hub.calls.carriers import accounts, buying, hooks, numbers
from hub.calls.carriers.carrier import Hook
from hub.calls.collections import PHONE_ACCOUNTS, PHONE_NUMBERS
from storage.engine import Batch, Scope

_HOOK = Hook("https://hub.example/phone", "call", {}, b"")
PHONE_INPUTS: dict[str, Any] = {
    "calls.carriers.accounts.get_phone_account": None,
    "calls.carriers.accounts.connect_phone": lambda ids: accounts.ConnectPhone(
        "twilio", "a" * 32, "PL", "AC" + "0" * 32
    ),
    "calls.carriers.accounts.change_phone_limits": lambda ids: accounts.PhoneLimits(calls_at_once=1),
    "calls.carriers.accounts.check_phone_account": None,
    "calls.carriers.accounts.disconnect_phone": None,
    "calls.carriers.numbers.search_phone_numbers": lambda ids: numbers.SearchNumbers("PL"),
    "calls.carriers.numbers.list_phone_numbers": None,
    "calls.carriers.numbers.list_carrier_numbers": None,
    "calls.carriers.numbers.get_phone_number": lambda ids: numbers.NumberRef(ids["phone_number"]),
    "calls.carriers.numbers.change_phone_number": lambda ids: numbers.NumberChange(ids["phone_number"], "Theirs"),
    "calls.carriers.numbers.release_phone_number": lambda ids: numbers.NumberRef(ids["phone_number"]),
    "calls.carriers.buying.buy_phone_number": lambda ids: buying.BuyNumber("x"),
    "calls.carriers.buying.take_phone_number": lambda ids: buying.TakeNumber("+48221234567"),
    "calls.carriers.hooks.take_hook": lambda ids: hooks.TakeHook("twilio", "acmes-own-token", _HOOK),
}
PHONE_EMPTY = {"get_phone_account", "list_phone_numbers"}
PHONE_ONESELF = {"connect_phone"}
"""Refused where the server has no public address; in tests/calls two tenants have providers."""


async def phone_of_acme(hub: Any, actor: Any) -> dict[str, int]:
    """Acme has an account and a number. No verb makes them without a provider, so they are laid into the store."""
    number = await hub.ids.next("phone_number")
    batch = Batch(Scope(actor.scope.app))
    batch.insert(PHONE_ACCOUNTS, {"id": actor.scope.app, "provider": "twilio", "token": "acmes-own-token"})
    batch.insert(
        PHONE_NUMBERS,
        {
            "id": number,
            "number": "+48221234567",
            "name": "Acme's secret",
            "currency": "",
            "state": "ready",
            "abilities": ["voice"],
        },
    )
    await hub.commit(batch)
    return {"phone_number": number}
