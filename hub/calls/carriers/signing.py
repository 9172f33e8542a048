"""Whether a hook comes from the provider: checked over the bytes as they came, before anything of them is read."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SKEW = 300
"""Seconds that the clock of a hook may differ from ours: Telnyx' own figure."""
_KEY = 32


def twilio_signature(secret: str, address: str, fields: Iterable[tuple[str, str]]) -> str:
    """Return base64 HMAC-SHA1 over the address and the fields of the form, sorted, each pair once, with nothing between.

    Source: Twilio, "Security", Validating Signatures from Twilio.
    """
    text = address + "".join(name + value for name, value in sorted(set(fields)))
    digest = hmac.new(secret.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def twilio_holds(secret: str, address: str, fields: Iterable[tuple[str, str]], body: bytes, signature: str) -> bool:
    """Tell whether a signature holds. Where the address carries `bodySHA256` the body is no form, and is held by that.

    Twilio signs with the port or without it, whichever way it came here, so both are tried.
    """
    wanted = parse_qs(urlsplit(address).query).get("bodySHA256")
    if wanted is not None:
        fields = ()
        if not hmac.compare_digest(
            hashlib.sha256(body).hexdigest().encode(), wanted[0].lower().encode("utf-8", "replace")
        ):
            return False
    given, fields = signature.encode("utf-8", "replace"), list(fields)
    one, other = (twilio_signature(secret, each, fields).encode() for each in _with_and_without_port(address))
    return hmac.compare_digest(given, one) | hmac.compare_digest(given, other)


def telnyx_holds(public_key: str, at: str, body: bytes, signature: str, now: int) -> bool:
    """Tell whether an Ed25519 signature over `at|body` holds, and `at` (seconds) is about now (milliseconds)."""
    if not (at.isascii() and at.isdecimal() and len(at) < 12) or abs(now // 1000 - int(at)) > SKEW:
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(base64.b64decode(signature, validate=True), at.encode() + b"|" + body)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def is_public_key(text: str) -> bool:
    """Tell whether a text can be Telnyx' public key: 32 bytes in base64."""
    try:
        return len(base64.b64decode(text, validate=True)) == _KEY
    except (binascii.Error, ValueError):
        return False


def _with_and_without_port(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    if parts.port is not None:
        return address, parts._replace(netloc=parts.netloc.rpartition(":")[0]).geturl()
    return address, parts._replace(netloc=f"{parts.netloc}:{443 if parts.scheme == 'https' else 80}").geturl()
