"""Signatures by the Standard Webhooks specification, and the secrets they are made with."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
_BYTES = 32


def new_secret() -> str:
    """Return a secret nobody has: `whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def sign(secret: str, id: str, at: int, body: str) -> str:
    """Return `v1,` and the HMAC-SHA256 of id, time (seconds) and body. Raises ValueError for what is no secret."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("A secret is `whsec_` and base64.") from None
    digest = hmac.new(key, f"{id}.{at}.{body}".encode(), hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def signed_headers(keys: Iterable[str], id: str, at: int, body: str) -> dict[str, str]:
    """Return the three headers; with several secrets each has its signature, so that receivers may change over."""
    signatures = " ".join(sign(key, id, at, body) for key in keys)
    return {"webhook-id": id, "webhook-timestamp": str(at), "webhook-signature": signatures}


def usercom_signature(secret: str, body: str) -> str:
    """Return the signature that receivers of User.com's calls know: hex HMAC-SHA256 of the body, the secret as text."""
    return hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
