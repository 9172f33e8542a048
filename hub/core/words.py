"""What the server itself says to people, in pages and mails: read from the same catalogues as the screens."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

_CATALOGUES = Path(__file__).parents[2] / "widget" / "shared" / "locales"


@functools.cache
def words_in(language: str, catalogue: str) -> Callable[..., str]:
    """Return the function that gives a phrase of a catalogue by its key, with its holes filled. Raises KeyError."""
    phrases: dict[str, str] = json.loads((_CATALOGUES / language / f"{catalogue}.json").read_text("utf-8"))

    def words(key: str, **holes: Any) -> str:
        return phrases[key].format(**holes)

    return words
