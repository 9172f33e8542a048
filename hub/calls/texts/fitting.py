"""What fits into one text message, and where a long one is parted.

The phone network carries parts of 140 bytes, and both providers take ten of them as one message: 1,530 plain characters, or
670 where one of them is not plain (ą, “, an emoji), since then each takes two bytes. Telnyx says exactly this, Twilio takes a
little more. Source: Telnyx, "Message encoding"; 3GPP TS 23.038.
"""

from __future__ import annotations

from collections.abc import Callable

_PLAIN, _WIDE = 1_530, 670
_TWICE = frozenset("~^|\\{}[]")
"""Plain characters that need an escape."""
_FEW = 0.6
"""Of a part this much is filled before a word is cut."""


def parted(text: str) -> list[str]:
    """Return a text as texts that fit, cut between words where there are any."""
    parts: list[str] = []
    rest = text.strip()
    while rest:
        cut = _fits(rest)
        if cut < len(rest):
            space = max(rest.rfind(sign, 0, cut + 1) for sign in (" ", "\n"))
            cut = space if space > cut * _FEW else cut
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return parts


def _fits(text: str) -> int:
    """Return how many characters of a text fit into one message."""
    plain = _room(text, _PLAIN, lambda char: 2 if char in _TWICE else 1)
    return plain if _is_plain(text[:plain]) else _room(text, _WIDE, lambda char: 2 if ord(char) > 0xFFFF else 1)


def _is_plain(text: str) -> bool:
    return all((" " <= char <= "~" and char != "`") or char in "\n\r" for char in text)


def _room(text: str, room: int, weight: Callable[[str], int]) -> int:
    for place, char in enumerate(text):
        room -= weight(char)
        if room < 0:
            return place
    return len(text)
