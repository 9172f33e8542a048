"""Passwords: argon2id, in a thread, few at a time because each takes 64 MiB."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hub.core.errors import InvalidPayload

SHORTEST = 8
_hasher = PasswordHasher()
_turns = asyncio.Semaphore(2)
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$Dl0pKzSGE4PkjZzTXqlIcXqNxEXM2yN0VCAbKrOuoeQ"
"""A hash that no password has: checking against it takes as long for an unknown address as for a known one."""


async def hash_password(password: str) -> str:
    """Return what is stored for a password. Raises InvalidPayload where it is too short."""
    if len(password) < SHORTEST:
        raise InvalidPayload(f"The password needs at least {SHORTEST} characters.")
    async with _turns:
        return await asyncio.to_thread(_hasher.hash, password)


async def password_holds(stored: str | None, password: str) -> bool:
    """Tell whether the password is the stored one; takes the same time where nothing is stored."""
    async with _turns:
        return await asyncio.to_thread(_verify, stored or _NOBODY, password)


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
