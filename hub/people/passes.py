"""Links of mails that open the chat for the person they were sent to: signed by the installation, good for some days.

Whoever holds such a link is shown the conversations of its contact, as one who is proven by the website's signature.
"""

from __future__ import annotations

from hub.accounts.identity import Identity
from hub.core.errors import IdentityExpired, IdentityInvalid
from hub.core.hub import Hub

PATH = "/chat"
GOOD_FOR = 14 * 86_400_000
"""Milliseconds for which a link opens the chat."""
_PREFIX = "pass."


def pass_for(hub: Hub, app: int, contact: int, at: int) -> str:
    """Return what proves a contact until `GOOD_FOR` after a moment; made again for the same moment, it is the same."""
    ends = at + GOOD_FOR
    return f"{_PREFIX}{app}.{contact}.{ends}.{hub.signer.sign('chat.pass', app, contact, ends)}"


def chat_link(hub: Hub, app: int, contact: int, at: int) -> str:
    """Return the address of a page that opens the chat for a contact."""
    return f"{hub.settings.base_url()}{PATH}/{pass_for(hub, app, contact, at)}"


def read_pass(hub: Hub, text: object) -> tuple[int, int] | None:
    """Return application and contact of a pass, or None for what is none. Raises IdentityInvalid, IdentityExpired."""
    if not isinstance(text, str) or not text.startswith(_PREFIX):
        return None
    parts = text.removeprefix(_PREFIX).split(".")
    if len(parts) != 4 or not all(part.isascii() and part.isdecimal() and len(part) < 20 for part in parts[:3]):
        raise IdentityInvalid
    app, contact, ends = map(int, parts[:3])
    if not hub.signer.holds(parts[3], "chat.pass", app, contact, ends):
        raise IdentityInvalid
    if ends <= hub.clock.now():
        raise IdentityExpired
    return app, contact


def identity_of_pass(hub: Hub, app: int, text: object) -> Identity | None:
    """Return whom a pass proves in an application, or None for what is no pass. Raises IdentityInvalid, IdentityExpired."""
    found = read_pass(hub, text)
    if found is None:
        return None
    if found[0] != app:
        raise IdentityInvalid
    return Identity(None, None, signed=True, contact=found[1])
