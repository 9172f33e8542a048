"""How the services of this node are called to see whether they work: over the network, as clients call them."""

from __future__ import annotations

import msgspec
from aiohttp import ClientSession

from hub.core.availability import Availability
from hub.core.hub import Hub

_HANDSHAKE = "/socket.io/?EIO=4&transport=polling"


def watch_services(hub: Hub, http: ClientSession) -> None:
    """Have the availability of the services measured; `http` knows the address that they are served at."""

    async def chat() -> None:
        async with http.get(_HANDSHAKE) as answer:
            sid = msgspec.json.decode((await answer.text())[1:])["sid"]
        async with http.post(f"{_HANDSHAKE}&sid={sid}", data="1") as answer:  # goodbye
            answer.raise_for_status()

    async def api() -> None:
        async with http.get("/api/app/agents") as answer:
            if answer.status != 401:
                raise ValueError(f"answered {answer.status} to a call without a token")

    async def pages() -> None:
        async with http.get("/panel/") as answer:
            answer.raise_for_status()

    availability = hub.part(Availability)
    availability.watch("chat", chat)
    availability.watch("api", api)
    availability.watch("pages", pages)
    availability.watch("store", hub.store.ping)
