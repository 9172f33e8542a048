"""Codes of six digits that an application on a phone shows (RFC 6238), and the picture that it reads its secret from."""

from __future__ import annotations

import base64
import hmac
import secrets
import struct
from urllib.parse import quote

from msgspec import Struct

STEP = 30
"""Seconds for which a code is shown."""
_DIGITS = 6
_AROUND = 1
"""Steps before and after the present one that count too: clocks of phones are wrong."""
_SECRET = 20


class Picture(Struct, frozen=True):
    """A QR code as one path of an SVG drawing, `size` units wide and high."""

    size: int
    path: str


def new_secret() -> str:
    """Return a random secret of 160 bits, in the letters that phones take."""
    return base64.b32encode(secrets.token_bytes(_SECRET)).decode()


def code_at(secret: str, step: int) -> str:
    """Return the code of a step."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    place = digest[-1] & 15
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return str(number % 10**_DIGITS).zfill(_DIGITS)


def step_of(secret: str, code: str, now: int, last: int) -> int | None:
    """Return the step that a code belongs to; None where it is wrong, too old, or not behind the last one that was used."""
    given = "".join(code.split()).encode("utf-8", "replace")
    present = now // 1000 // STEP
    found = None
    for step in range(present - _AROUND, present + _AROUND + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), given) and step > last:
            found = step
    return found


def address_of(secret: str, account: str, issuer: str) -> str:
    """Return the `otpauth:` address that phones understand."""
    return f"otpauth://totp/{quote(issuer, safe='')}:{quote(account, safe='@')}?secret={secret}&issuer={quote(issuer, safe='')}"


def picture_of(text: str) -> Picture:
    """Return a text as a QR code."""
    import segno  # only who sets a phone up needs it

    rows = segno.make(text, error="m", micro=False).matrix_iter(border=2)
    drawn, size = [], 0
    for y, row in enumerate(rows):
        size = y + 1
        begin: int | None = None
        for x, dark in enumerate([*row, 0]):
            if dark and begin is None:
                begin = x
            elif not dark and begin is not None:
                drawn.append(f"M{begin} {y}h{x - begin}v1h-{x - begin}z")
                begin = None
    return Picture(size, "".join(drawn))
