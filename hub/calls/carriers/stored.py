"""Accounts and numbers as they are kept, for the modules that work with them."""

from __future__ import annotations

from hub.calls.collections import PHONE_ACCOUNTS, PHONE_NUMBERS
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.core.kept import Kept
from storage.engine import Document, Scope

NUMBER_KEY = "phone.number"
"""Unique keys: a number (E.164) → the row of it."""
MOST = 200
"""Numbers of one application."""


class AccountKept(Kept[Document | None]):
    """The accounts that this node was asked for: anybody may knock at the door of hooks, and must not cause a read."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, "phone.accounts", _read)


async def _read(hub: Hub, scope: Scope) -> Document | None:
    return await hub.store.get(scope, PHONE_ACCOUNTS, scope.app)


async def stored_account(hub: Hub, scope: Scope) -> Document:
    """Return the account of an application. Raises NotFound."""
    account = await hub.store.get(scope, PHONE_ACCOUNTS, scope.app)
    if account is None:
        raise NotFound("No phone provider is connected. Settings → Phone numbers does that.")
    return account


async def stored_number(hub: Hub, scope: Scope, id: int) -> Document:
    """Return a number. Raises NotFound."""
    number = await hub.store.get(scope, PHONE_NUMBERS, id)
    if number is None:
        raise NotFound("There is no phone number by that id.")
    return number


async def numbers_of(hub: Hub, scope: Scope) -> list[Document]:
    """Return the numbers of an application, in the order in which they came."""
    return (await hub.store.find(scope, PHONE_NUMBERS, limit=MOST)).items


def hook_of(hub: Hub, account: Document) -> str:
    """Return the address that the provider sends its hooks to; each kind of hook adds a word of its own.

    The token keeps others from knocking at all; that it is the provider who knocks, its signature alone says.
    """
    return f"{hub.settings.base_url()}/phone/{account['provider']}/{account['id']}-{account['token']}"
