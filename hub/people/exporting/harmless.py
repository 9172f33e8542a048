"""Cells that a spreadsheet would run as a formula are made text by a quote before them; numbers stay numbers."""

from __future__ import annotations

import re

_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)?|[.,]\d+)")


def harmless(text: str) -> str:
    """Return the text as it can stand in a cell of anybody's spreadsheet."""
    if text.startswith(_STARTS) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
