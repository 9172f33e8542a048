"""Signs mails (DKIM, RFC 6376; Ed25519 as RFC 8463 says), and makes the keys for it and what DNS has to say of them."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from msgspec import Struct

Kind = Literal["rsa", "ed25519"]
_BITS = 2048
_ONCE = (
    "in-reply-to", "references", "mime-version", "content-type", "content-transfer-encoding", "content-language",
    "auto-submitted", "list-unsubscribe", "list-unsubscribe-post", "list-id", "feedback-id", "precedence",
)  # fmt: skip
"""Headers that are signed where they are. Big mailbox providers want both of `List-Unsubscribe` among them (RFC 8058)."""
_SEALED = ("from", "to", "subject", "date", "message-id", "reply-to")
"""Those of which nobody may add another one either: they are named once more than they are there."""
_SPACE = re.compile(rb"[ \t]+")
_SPACE_AT_END = re.compile(rb"[ \t]+(?=\r\n)")
_LINE = 70


class Key(Struct, frozen=True):
    """A key that mails are signed with, as PEM, and where its public half is published."""

    domain: str
    selector: str
    kind: Kind
    private: str


def new_key(domain: str, selector: str, kind: Kind) -> Key:
    """Return a new key; an RSA key takes some hundred milliseconds."""
    made = generate_private_key(65_537, _BITS) if kind == "rsa" else Ed25519PrivateKey.generate()
    pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return Key(domain, selector, kind, pem)


def read_key(domain: str, selector: str, pem: str) -> Key:
    """Return a key that somebody else made. Raises ValueError where it is none that mails can be signed with."""
    return Key(domain, selector, "rsa" if isinstance(_loaded(pem), RSAPrivateKey) else "ed25519", pem)


def record_name(key: Key) -> str:
    """Return the name in DNS at which the public half of a key is looked for."""
    return f"{key.selector}._domainkey.{key.domain}"


def record_of(key: Key) -> str:
    """Return what stands there, as TXT."""
    public = _loaded(key.private).public_key()
    if key.kind == "rsa":
        data = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:
        data = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"v=DKIM1; k={key.kind}; p={b64encode(data).decode()}"


def signed(message: bytes, keys: Sequence[Key], at: int) -> bytes:
    """Return a message, its lines ended by CRLF, with a signature of each key; `at` is in milliseconds.

    The same message at the same time has the same signatures. Takes 0.5 ms or so for an RSA key.
    """
    head, _, body = message.partition(b"\r\n\r\n")
    headers = _headers(head)
    hashed = b64encode(hashlib.sha256(_relaxed_body(body)).digest()).decode()
    return b"".join(_signature(key, headers, hashed, at // 1000) for key in keys) + message


def _signature(key: Key, headers: list[tuple[str, bytes]], hashed: str, at: int) -> bytes:
    there = [name for name, _ in headers]
    names = [name for name in (*_SEALED, *_ONCE) for _ in range(there.count(name) + (name in _SEALED))]
    start = (
        f"DKIM-Signature: v=1; a={key.kind}-sha256; c=relaxed/relaxed; d={key.domain};\r\n\ts={key.selector}; t={at};\r\n"
        f"\th={_folded(':'.join(names), ':')};\r\n\tbh={hashed};\r\n\tb="
    ).encode()
    left = list(headers)
    data = b""
    for name in names:  # of several by one name, the last one first
        place = next((place for place in range(len(left) - 1, -1, -1) if left[place][0] == name), None)
        if place is not None:
            data += b"%s:%s\r\n" % (name.encode(), left.pop(place)[1])
    data += b"dkim-signature:" + _relaxed_header(start.partition(b":")[2])
    return start + _folded(b64encode(_sign(key, data)).decode()).encode() + b"\r\n"


def _sign(key: Key, data: bytes) -> bytes:
    private = _loaded(key.private)
    if isinstance(private, RSAPrivateKey):
        return private.sign(data, PKCS1v15(), hashes.SHA256())
    return private.sign(hashlib.sha256(data).digest())


def _headers(head: bytes) -> list[tuple[str, bytes]]:
    """Return names, in small letters, and relaxed values."""
    found = []
    for line in re.split(rb"\r\n(?![ \t])", head):
        name, _, value = line.partition(b":")
        found.append((name.decode("ascii", "replace").strip().lower(), _relaxed_header(value)))
    return found


def _relaxed_header(value: bytes) -> bytes:
    return _SPACE.sub(b" ", value.replace(b"\r\n", b"")).strip(b" ")


def _relaxed_body(body: bytes) -> bytes:
    lines = _SPACE.sub(b" ", _SPACE_AT_END.sub(b"", body)).rstrip(b"\r\n \t")
    return lines + b"\r\n" if lines else b""


def _folded(text: str, after: str = "") -> str:
    """Return a long value in lines, broken anywhere, or only after a sign."""
    if not after:
        return "\r\n\t ".join(text[place : place + _LINE] for place in range(0, len(text), _LINE))
    lines = [""]
    for part in text.split(after):
        if len(lines[-1]) + len(part) > _LINE:
            lines.append("")
        lines[-1] += part + after
    return "\r\n\t ".join(lines)[: -len(after)]


@lru_cache(maxsize=256)
def _loaded(pem: str) -> RSAPrivateKey | Ed25519PrivateKey:
    loaded = load_pem_private_key(pem.encode(), None)
    if not isinstance(loaded, RSAPrivateKey | Ed25519PrivateKey):
        raise ValueError("Mails are signed with RSA or Ed25519 keys.")
    return loaded
