"""Web Push: a message is encrypted for one browser (RFC 8291) and handed to its push service, signed with our key (RFC 8292).

pywebpush does the cryptography. The request goes out by a function that is handed in, because the address comes from a
browser: whoever sends decides where it may lead.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from msgspec import Struct

from mobile_push.outcomes import Busy, Gone, Outcome, Refused, Taken

LARGEST = 3_993
"""Bytes of a message: encrypted it has 4,096, and no push service has to take more."""
Urgency = Literal["very-low", "low", "normal", "high"]
_SIGNED_FOR = 12 * 3600
"""Seconds that a signature holds; push services refuse one of more than a day."""
_SIGN_AGAIN = 6 * 3600
_MOST_SERVICES = 200
_LONGEST = 300


class Keys(Struct, frozen=True):
    """The key pair by which push services know us, as base64url; browsers are given the public one."""

    private: str
    public: str


class Subscription(Struct, frozen=True):
    """Where a browser takes messages, and the keys to encrypt them for it, as base64url."""

    endpoint: str
    p256dh: str
    auth: str


class Reply(NamedTuple):
    """What a push service answered; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Unanswered(Exception):
    """The request brought no answer; `for_good` where it never will."""

    def __init__(self, said: str, for_good: bool = False) -> None:
        super().__init__(said)
        self.for_good = for_good


Post = Callable[[str, dict[str, str], bytes], Awaitable[Reply]]


def new_keys() -> Keys:
    """Return a new key pair."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return Keys(_encoded(key.private_numbers().private_value.to_bytes(32, "big")), _encoded(point))


def check_keys(subscription: Subscription) -> None:
    """Raise ValueError where nothing can be encrypted for a subscription."""
    from cryptography.hazmat.primitives.asymmetric import ec

    if len(_decoded(subscription.auth)) != 16:
        raise ValueError("`auth` has 16 bytes, as base64url.")
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(subscription.p256dh))
    except ValueError:
        raise ValueError("`p256dh` is no key of a browser, as base64url.") from None


class WebPush:
    """Sends to browsers. `subject` is whom push services may write to (mailto: or https:), `now` gives seconds since 1970."""

    def __init__(self, post: Post, keys: Keys, subject: str, now: Callable[[], float]) -> None:
        from py_vapid import Vapid02  # and with it cryptography, which a hub without push never needs

        self._post, self._keys, self._subject, self._now = post, keys, subject, now
        self._signer = Vapid02.from_raw(keys.private.encode())
        self._signed: dict[str, tuple[float, str]] = {}

    async def send(
        self, to: Subscription, message: bytes, *, seconds: int, topic: str = "", urgency: Urgency = "normal"
    ) -> Outcome:
        """Hand a message over; a browser that is off gets it within so many seconds. Of one topic only the last one waits."""
        from pywebpush import WebPusher

        if not 0 < len(message) <= LARGEST:
            return Refused(f"A push message has between 1 and {LARGEST} bytes, not {len(message)}.")
        info = {"endpoint": to.endpoint, "keys": {"p256dh": to.p256dh, "auth": to.auth}}
        body: bytes = WebPusher(info).encode(message, "aes128gcm")["body"]
        headers = {
            "Authorization": self._authorization(to.endpoint), "Content-Encoding": "aes128gcm", "TTL": str(seconds),
            "Content-Type": "application/octet-stream", "Urgency": urgency, **({"Topic": topic} if topic else {}),
        }  # fmt: skip
        try:
            reply = await self._post(to.endpoint, headers, body)
        except Unanswered as error:
            return Refused(str(error)) if error.for_good else Busy(str(error))
        return self._outcome(reply)

    def _authorization(self, endpoint: str) -> str:
        """Return the signature for a push service: the same one for hours, as services ask for."""
        parts = urlsplit(endpoint)
        service, now = f"{parts.scheme}://{parts.netloc}", self._now()
        known = self._signed.get(service)
        if known is None or known[0] <= now:
            claims: dict[str, Any] = {"aud": service, "sub": self._subject, "exp": int(now) + _SIGNED_FOR}
            if len(self._signed) >= _MOST_SERVICES:
                self._signed.clear()
            known = self._signed[service] = (now + _SIGN_AGAIN, self._signer.sign(claims)["Authorization"])
        return known[1]

    def _outcome(self, reply: Reply) -> Outcome:
        said = reply.body.decode("utf-8", "replace").strip()[:_LONGEST] or f"HTTP {reply.status}"
        if reply.status in (200, 201, 202, 204):
            return Taken(reply.headers.get("location", ""))
        if reply.status in (404, 410):
            return Gone(said)
        if reply.status in (408, 425, 429) or reply.status >= 500:
            return Busy(said, seconds_in(reply.headers.get("retry-after", ""), self._now()))
        return Refused(said)


def seconds_in(retry_after: str, now: float) -> float | None:
    """Return the seconds that a Retry-After names (a number, or a date); None for anything else."""
    text = retry_after.strip()
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, TypeError):
        return None


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (UnicodeEncodeError, binascii.Error):
        raise ValueError("This is no base64url.") from None
