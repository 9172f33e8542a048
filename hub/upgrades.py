"""The changes of stored data, in order: the one table of migrations. server.py runs it at every start.

A migration is numbered, works in chunks, and may be interrupted and run again (hub/core/migrations.py).
"""

from __future__ import annotations

from hub.core.migrations import Migration
from hub.people.upgrades import attributes_by_id

HISTORY: list[tuple[int, str, Migration]] = [
    (1, "own attributes of contacts are kept by the id of their definition", attributes_by_id),
]
"""(number, what it does, function), oldest first"""
