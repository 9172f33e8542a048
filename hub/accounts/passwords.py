"""Passwords: argon2id, in a thread, few at a time because each takes 64 MiB. What others guess first is refused."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hub.core.errors import InvalidPayload

SHORTEST = 10
LONGEST = 1_000
_LOOKED_AT = 64
"""Characters that the guessing of a password looks at: it takes longer the more there are."""
_GUESSABLE = 2
"""Below this score (of 4) a password falls to a million guesses: it is a common one, or made of common parts."""
_hasher = PasswordHasher()
_threads = ThreadPoolExecutor(2, "password")
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$Dl0pKzSGE4PkjZzTXqlIcXqNxEXM2yN0VCAbKrOuoeQ"
"""A hash that no password has: checking against it takes as long for an unknown address as for a known one."""


async def hash_password(password: str, *about: str) -> str:
    """Return what is stored for a password. Raises InvalidPayload where it is too short, or easily guessed.

    `about` is what everybody knows of the person: names and addresses make no password.
    """
    if len(password) < SHORTEST:
        raise InvalidPayload(
            f"The password needs at least {SHORTEST} characters.", reason="password_short", least=SHORTEST
        )
    if len(password) > LONGEST:
        raise InvalidPayload(f"The password has at most {LONGEST} characters.")
    loop = asyncio.get_running_loop()
    if await loop.run_in_executor(_threads, _is_guessed, password, about):
        raise InvalidPayload("This password is guessed quickly. Take another one.", reason="password_common")
    return await loop.run_in_executor(_threads, _hasher.hash, password)


async def password_holds(stored: str | None, password: str) -> bool:
    """Tell whether the password is the stored one; takes the same time where nothing is stored."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _verify, stored or _NOBODY, password)


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _is_guessed(password: str, about: tuple[str, ...]) -> bool:
    from zxcvbn import zxcvbn  # its lists of words are read when the first password is chosen

    known = [
        part for each in about for part in {each, *each.replace("@", " ").replace(".", " ").split()} if len(part) > 2
    ]
    found: int = zxcvbn(password[:_LOOKED_AT], user_inputs=[*known, "switchboard"])["score"]
    return found < _GUESSABLE
