"""Offers as people carry them from the list to the button: signed, so that a number is bought at the price that was shown."""

from __future__ import annotations

import base64
import binascii

import msgspec
from msgspec import Struct

from hub.calls.carriers.carrier import Offer
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub

_HOLDS = 3_600_000
"""Milliseconds for which an offer holds: prices and numbers change."""


class _Written(Struct, array_like=True, frozen=True):
    app: int
    provider: str
    until: int
    offer: Offer


def written(hub: Hub, app: int, provider: str, offer: Offer) -> str:
    """Return an offer as a text that only this installation can write."""
    made = _Written(app, provider, hub.clock.now() + _HOLDS, offer)
    body = base64.urlsafe_b64encode(msgspec.json.encode(made)).rstrip(b"=").decode()
    return f"{body}.{hub.signer.sign('phone.offer', body)}"


def read(hub: Hub, app: int, provider: str, text: str) -> Offer:
    """Return an offer that was made to this application by its provider. Raises InvalidPayload."""
    body, _, signature = text.partition(".")
    if hub.signer.holds(signature, "phone.offer", body):
        try:
            found = msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=_Written)
        except (msgspec.MsgspecError, binascii.Error, ValueError):
            found = None
        if found and (found.app, found.provider) == (app, provider) and found.until > hub.clock.now():
            return found.offer
    raise InvalidPayload("This offer does not hold any more. Search again.", reason="phone_offer")
