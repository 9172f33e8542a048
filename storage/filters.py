"""Filters: one small language, one meaning, on every engine.

The engines narrow with their indexes; `matches` decides. So a filter means the same everywhere by construction.
"""

from __future__ import annotations

import msgspec


class _Filter(msgspec.Struct, frozen=True):
    pass


class Everything(_Filter, frozen=True, tag="everything"):
    """Every document."""


Filter = Everything
EVERYTHING = Everything()
