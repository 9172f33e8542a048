"""The one converter from whatever a verb raises to the catalogue; each door only writes it down in its own way."""

from __future__ import annotations

import secrets

import msgspec
from aiohttp import web

from hub.core.errors import HubError, Internal, InvalidPayload, Unavailable
from hub.core.hub import Hub
from storage.engine import Unavailable as StoreUnavailable
from storage.engine import Unstorable


def has_left(request: web.Request, error: Exception) -> bool:
    """Tell whether a call came to nothing because whoever made it has gone: nobody waits for an answer, and nothing is wrong."""
    return isinstance(error, ConnectionResetError) and request.transport is None


def as_hub_error(hub: Hub, error: Exception, doing: str, trace: str = "") -> HubError:
    """Return the catalogue's error. What is not in it becomes `internal`, logged once with its trace id or a new one."""
    if isinstance(error, HubError):
        return error
    if isinstance(error, msgspec.ValidationError):
        return InvalidPayload(
            f"The payload does not fit: {_readable(str(error))}.", reason="shape", field=_field(str(error))
        )
    if isinstance(error, Unstorable):
        return InvalidPayload(str(error))
    if isinstance(error, UnicodeEncodeError):
        return InvalidPayload("The payload holds half of a surrogate pair, which is no character.")
    if isinstance(error, StoreUnavailable):
        hub.log.error("the store takes no writes", doing=doing, error=str(error), **({"trace": trace} if trace else {}))
        return Unavailable()
    trace = trace or secrets.token_hex(6)
    hub.log.error("unexpected error", doing=doing, trace=trace, exc_info=error)
    return Internal(f"{Internal.sentence} If it goes on, tell the operator: trace {trace}.", trace=trace)


def _field(message: str) -> str:
    """Return the field that msgspec's sentence is about, or nothing."""
    return message.partition(" - at `$")[2].rstrip("`").lstrip(".")


def _readable(message: str) -> str:
    """Return msgspec's sentence with the field first: "`text`: expected `str`, got `int`"."""
    what, field = message.partition(" - at `$")[0], _field(message)
    return f"`{field}`: {what[:1].lower()}{what[1:]}" if field else f"{what[:1].lower()}{what[1:]}"
