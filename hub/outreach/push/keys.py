"""The keys by which push services know this installation: made when first needed, the same on all nodes, for ever.

Browsers subscribe with the public one. With another key they would have to subscribe anew, so nothing replaces it.
"""

from __future__ import annotations

from email.utils import parseaddr
from urllib.parse import urlsplit

import msgspec

from hub.core.addresses import is_public, read_address
from hub.core.hub import Hub
from hub.core.installation import installation_keys
from hub.core.settings import Settings
from mobile_push.web_push import Keys, new_keys

_NOBODY = "mailto:operator@switchboard.invalid"
_OURS = ("localhost", ".local", ".localhost", ".internal", ".lan")


class PushKeys:
    """The key pair of the installation, read once."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._keys: Keys | None = None

    async def get(self) -> Keys:
        """Return the key pair."""
        if self._keys is None:
            kept = await installation_keys(self._hub.store, "vapid", lambda: msgspec.to_builtins(new_keys()))
            self._keys = Keys(kept["private"], kept["public"])
        return self._keys


def has_operator(settings: Settings) -> bool:
    """Tell whether push services learn whom to write to: some refuse who does not say."""
    return operator_of(settings) != _NOBODY


def operator_of(settings: Settings) -> str:
    """Return whom a push service may write to about what we send: the sender of mail, or where the hub is.

    Apple refuses an address of this machine, so one is never named.
    """
    address = parseaddr(settings.mail_from)[1]
    _, at, domain = address.rpartition("@")
    if at and _is_outside(domain):
        return f"mailto:{address}"
    url = urlsplit(settings.public_url)
    if url.scheme == "https" and url.hostname and _is_outside(url.hostname):
        return f"https://{url.netloc}"
    return _NOBODY


def _is_outside(host: str) -> bool:
    address = read_address(host)
    if address is not None:
        return is_public(address)
    return "." in host and not host.lower().endswith(_OURS)
