"""By which servers two browsers reach each other: STUN tells them their own addresses, TURN passes on what walls keep out.

Whoever is in a call gets a name and a password for the TURN server that hold for a while, made by the rule that coturn calls
`use-auth-secret`: the name is the moment of expiry and who it is for, the password its HMAC-SHA1 under a secret that both
servers know (draft-uberti-behave-turn-rest-00, section 2.2).
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from msgspec import UNSET, Struct, UnsetType

from hub.accounts.grants import CALLS_READ
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.verb import verb

CONTACT_SECONDS = 900
AGENT_SECONDS = 3_600
"""How long a password opens new lines; one that is open stays so."""


class IceServer(Struct, frozen=True):
    """A server as `RTCPeerConnection` takes it."""

    urls: list[str]
    username: str | UnsetType = UNSET
    credential: str | UnsetType = UNSET


class IceServers(Struct, frozen=True):
    """The servers that a device of a call gets."""

    ice: list[IceServer]


@verb(CALLS_READ)
async def list_ice_servers(hub: Hub, actor: Actor) -> IceServers:
    """Return the servers by which devices reach each other, with a password, to try them before anybody calls."""
    return IceServers(await ice_servers(hub, actor))


async def ice_servers(hub: Hub, actor: Actor) -> list[IceServer]:
    """Return the servers of this installation, with a password for whoever asks; none where none is set up."""
    settings = hub.settings
    found = [IceServer(urls) for urls in [_listed(settings.stun_urls)] if urls]
    if settings.turn_urls and settings.turn_secret:
        seconds = CONTACT_SECONDS if actor.kind == "contact" else AGENT_SECONDS
        name = f"{hub.clock.now() // 1000 + seconds}:{actor.scope.app}:{actor.kind}{actor.id}"
        found.append(IceServer(_listed(settings.turn_urls), name, credential(settings.turn_secret, name)))
    return found


def credential(secret: str, name: str) -> str:
    """Return the password that belongs to a name."""
    return base64.b64encode(hmac.digest(secret.encode(), name.encode(), hashlib.sha1)).decode()


def _listed(urls: str) -> list[str]:
    return [url.strip() for url in urls.split(",") if url.strip()]
