"""The first start: who reads what the server printed makes the first application in the browser, and nobody else can."""

from __future__ import annotations

import hmac
from typing import Literal

from msgspec import Struct

from hub.accounts.applications import NewApplication, create_application
from hub.accounts.collections import APPLICATIONS
from hub.core.errors import Forbidden
from hub.core.hub import Hub
from hub.core.installation import installation_keys
from storage.engine import INSTALLATION, Batch

_TURN = "setup.first"


class SetUp(Struct, frozen=True):
    """What the page of the first start sends."""

    name: str
    agent_name: str
    email: str
    password: str
    locale: Literal["en", "pl"] = "en"


async def is_empty(hub: Hub) -> bool:
    """Tell whether the installation has no application yet."""
    return not (await hub.store.find(INSTALLATION, APPLICATIONS, limit=1)).items


async def setup_token(hub: Hub) -> str:
    """Return the word that opens the page of the first start; the same on all nodes."""
    token: str = (await installation_keys(hub.store, "setup", lambda: {"token": hub.ids.token()}))["token"]
    return token


async def may_set_up(hub: Hub, token: str) -> bool:
    """Tell whether the page is open: the installation is empty, and the token is the one that was printed."""
    return await is_empty(hub) and hmac.compare_digest(token.encode(), (await setup_token(hub)).encode())


async def set_up(hub: Hub, token: str, given: SetUp) -> None:
    """Make the first application with its owner. Raises Forbidden, InvalidPayload."""
    if not await may_set_up(hub, token):
        raise Forbidden("This installation is set up already, or the address is not the one that the server printed.")
    turn = Batch(INSTALLATION)
    turn.claim(_TURN, token, 0)  # of two who send at the same moment one is first
    if (await hub.commit(turn)).existing:
        raise Forbidden
    try:
        await create_application(
            hub, NewApplication(given.name, given.email, given.password, given.agent_name, given.locale)
        )
    except BaseException:
        again = Batch(INSTALLATION)
        again.release(_TURN, token)
        await hub.commit(again)
        raise
