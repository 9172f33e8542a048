"""Keyed hashes: tokens at rest, and links that expire. All under one secret of the installation."""

from __future__ import annotations

import base64
import hashlib
import hmac


class Signer:
    """Hashes and signs with the installation's secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def hash(self, token: str) -> str:
        """Return what is stored in place of a token: a keyed hash that is useless without the secret."""
        return hashlib.blake2s(token.encode("utf-8", "surrogatepass"), key=self._secret, person=b"token").hexdigest()

    def sign(self, purpose: str, *parts: object) -> str:
        """Return a URL-safe signature over the parts; each purpose has signatures of its own."""
        body = "\x1f".join((purpose, *map(str, parts))).encode("utf-8", "surrogatepass")
        digest = hashlib.blake2s(body, key=self._secret, person=b"link", digest_size=16).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def code(self, purpose: str, *parts: object) -> str:
        """Return a signature of 16 small letters and digits, for where case is lost and room is short: 80 bits."""
        digest = base64.urlsafe_b64decode(self.sign(purpose, *parts) + "==")
        return base64.b32encode(digest[:10]).decode().lower()

    def code_holds(self, code: str, purpose: str, *parts: object) -> bool:
        """Tell whether the code is ours, whatever its case, in constant time."""
        return hmac.compare_digest(code.lower().encode("utf-8", "surrogatepass"), self.code(purpose, *parts).encode())

    def holds(self, signature: str, purpose: str, *parts: object) -> bool:
        """Tell whether the signature is ours, in constant time."""
        return hmac.compare_digest(signature.encode("utf-8", "surrogatepass"), self.sign(purpose, *parts).encode())
