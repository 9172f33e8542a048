"""Who a visitor says to be, and whether the company's server has signed it.

A JWT {user_id, email?, exp} under HS256, or {user_id, hash} with hash = hex HMAC-SHA256(identity secret, user_id).
The algorithm is pinned, so neither `none` nor a public key posing as a secret passes.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import jwt
from msgspec import Struct

from hub.accounts.applications import Application
from hub.core.errors import IdentityExpired, IdentityInvalid
from hub.core.text import check_text

_LONGEST = 255


class Identity(Struct, frozen=True):
    """A claim about a visitor. Only a signed one shows conversations of other browsers; `contact` is proven by a link."""

    user_id: str | None
    email: str | None
    signed: bool
    contact: int | None = None


def read_identity(application: Application, given: str | dict[str, Any] | None) -> Identity | None:
    """Return what was claimed, or None. Raises IdentityInvalid or IdentityExpired for a signature that does not hold."""
    if not given:
        return None
    if isinstance(given, str):
        return _from_jwt(application, given)
    user_id, email, hash = (_text(given.get(name), name) for name in ("user_id", "email", "hash"))
    if hash is None:
        return Identity(user_id, email, signed=False) if user_id or email else None
    if user_id is None:
        raise IdentityInvalid
    expected = hmac.new(application.identity_secret.encode(), user_id.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), hash.lower().encode("utf-8", "replace")):
        raise IdentityInvalid
    # The hash covers the id alone, so an address beside it is only a claim and is not taken over.
    return Identity(user_id, None, signed=True)


def _from_jwt(application: Application, token: str) -> Identity:
    try:
        claims = jwt.decode(
            token,
            application.identity_secret,
            algorithms=["HS256"],
            options={"require": ["exp", "user_id"], "verify_aud": False},
        )
    except jwt.ExpiredSignatureError:
        raise IdentityExpired from None
    except (jwt.PyJWTError, ValueError):
        raise IdentityInvalid from None
    user_id = _text(claims["user_id"], "user_id")
    if user_id is None:
        raise IdentityInvalid
    return Identity(user_id, _text(claims.get("email"), "email"), signed=True)


def _text(value: Any, field: str) -> str | None:
    """Return a claim as text (numbers are common as ids), or None where it is empty."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > _LONGEST:
        raise IdentityInvalid(f"`{field}` of the identity has to be a text of at most {_LONGEST} characters.")
    return check_text(str(value), field)
