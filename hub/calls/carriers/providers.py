"""The drivers that there are, and how one is made for an application's account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from hub.calls.carriers.carrier import Carrier
from hub.calls.carriers.telnyx import Telnyx
from hub.calls.carriers.twilio import Twilio
from hub.core.hub import Hub
from storage.engine import Document

Provider = Literal["twilio", "telnyx"]
PROVIDERS: dict[str, Callable[[Hub, Document], Carrier]] = {"twilio": Twilio, "telnyx": Telnyx}


def carrier_of(hub: Hub, account: Document) -> Carrier:
    """Return the driver on an account. It keeps nothing, and is made anew each time."""
    return PROVIDERS[account["provider"]](hub, account)
