"""Deletes what an application has, a part in each transaction, so that nobody else waits for it."""

# ruff: noqa: S608 - the names in our SQL come from declarations in the code; every value is bound
from __future__ import annotations

import time
from collections.abc import Iterable

import apsw
import msgspec

from storage.change import Row
from storage.sqlite_group import DROP_KEYS, Lines, put
from storage.sqlite_schema import StreamTable, Table, rows

LONGEST = 0.008
"""Seconds of work in one transaction; a contact has hundreds of entries, so a number alone would not bound it."""
_PART = 20
"""Documents between two looks at the clock."""


def clear(
    connection: apsw.Connection, app: int, limit: int, tables: Iterable[Table], streams: Iterable[StreamTable]
) -> int:
    """Delete at most so many documents, records and keys of an application; return how many. 0 where none is left."""
    until = time.thread_time() + LONGEST
    done = 0
    for stream in streams:
        done += _records(connection, stream, app, limit - done)
        if done >= limit:
            return done
    for table in tables:
        if not table.collection.tenant:
            continue
        while done < limit and (not done or time.thread_time() < until):
            deleted = _documents(connection, table, app, min(_PART, limit - done))
            done += deleted
            if deleted < _PART:
                break
    # Keys go last: what they name is gone by then, and whoever is cut off here goes on here.
    return done or _keys(connection, app, limit)


def _records(connection: apsw.Connection, stream: StreamTable, app: int, limit: int) -> int:
    sql = f"DELETE FROM {stream.rows} WHERE id IN (SELECT id FROM {stream.rows} WHERE app = ? LIMIT ?)"
    connection.execute(sql, (app, limit))
    return connection.changes()


def _documents(connection: apsw.Connection, table: Table, app: int, limit: int) -> int:
    found = rows(connection, f"SELECT id, doc FROM {table.rows} WHERE app = ? LIMIT ?", (app, limit))
    lines = Lines()
    for id, packed in found:
        put(connection, lines, table, id, Row(app, msgspec.json.decode(packed)), None)
    return len(found)


def _keys(connection: apsw.Connection, app: int, limit: int) -> int:
    found = rows(connection, "SELECT app, kind, value FROM keys WHERE app = ? LIMIT ?", (app, limit))
    if found:
        connection.executemany(DROP_KEYS, found)
    return len(found)
