"""The writes that are no batches: each gets a transaction of its own."""

# ruff: noqa: S608 - the names in our SQL come from declarations in the code; every value is bound
from __future__ import annotations

from typing import Any

import apsw
import msgspec

from storage.change import Row, leased
from storage.engine import Document
from storage.filters import NUMBER
from storage.requests import Alone, ClaimJobs, Clear, Erase, Ping, Replace, Reserve
from storage.sqlite_clear import clear
from storage.sqlite_group import Lines, encode, put
from storage.sqlite_schema import StreamTable, Table, bind, column, rows


def alone(
    connection: apsw.Connection, request: Alone, tables: dict[str, Table], streams: dict[str, StreamTable]
) -> Any:
    """Do what is asked and return what it gives; the caller holds the transaction."""
    match request:
        case Ping():
            connection.execute("INSERT INTO ids VALUES ('', 1) ON CONFLICT DO UPDATE SET next = next + 1")
            return None
        case Reserve(kind, count):
            sql = "INSERT INTO ids VALUES (?, 1 + ?) ON CONFLICT DO UPDATE SET next = next + ? RETURNING next"
            return int(connection.execute(sql, (kind, count, count)).get) - count
        case Erase(stream):
            return _erase(connection, streams[stream], request)
        case ClaimJobs(collection):
            return _claim_due(connection, tables[collection], request)
        case Replace(collection):
            return _replace(connection, tables[collection], request)
        case Clear(app, limit):
            return clear(connection, app, limit, tables.values(), streams.values())


def _erase(connection: apsw.Connection, stream: StreamTable, ask: Erase) -> int:
    sql = (
        f"DELETE FROM {stream.rows} WHERE id IN (SELECT id FROM {stream.rows} WHERE app = ? AND key = ? "
        "AND position <= ? ORDER BY position LIMIT ?)"
    )
    connection.execute(sql, (ask.app, ask.key, ask.through, ask.limit))
    return connection.changes()


def _claim_due(connection: apsw.Connection, table: Table, ask: ClaimJobs) -> list[Document]:
    """Move the earliest due jobs to a new lease and return them as they are now."""
    due = column("due")
    sql = (
        f"SELECT id, doc FROM {table.rows} INDEXED BY {table.index_name(('due',))} "
        f"WHERE app = 0 AND {due} >= ? AND {due} <= ? ORDER BY {due}, id LIMIT ?"
    )
    claimed: list[Document] = []
    lines = Lines()
    for id, packed in rows(connection, sql, (bind((NUMBER,)), ask.now, ask.limit)):
        old = Row(0, msgspec.json.decode(packed))
        new = Row(0, leased(old.document, ask.lease_until, ask.owner))
        put(connection, lines, table, id, old, new)
        claimed.append(new.document)
    lines.write(connection)
    return claimed


def _replace(connection: apsw.Connection, table: Table, ask: Replace) -> list[int]:
    """Change the documents that are still what was read; return the ids of the others."""
    lines, others = Lines(), []
    stored = _stored(connection, table, [change.id for change in ask.changes])
    for change in ask.changes:
        app, packed = stored.get(change.id, (None, b""))
        if app != ask.app:
            others.append(change.id)
            continue
        old = msgspec.json.decode(packed)
        # What an older version stored may be other bytes for the same document.
        if packed != change.was and encode(old) != change.was:
            others.append(change.id)
            continue
        new = {**old, **change.set}
        for name in change.unset:
            del new[name]
        put(connection, lines, table, change.id, Row(ask.app, old), Row(ask.app, new))
    lines.write(connection)
    return others


_AT_ONCE = 50


def _stored(connection: apsw.Connection, table: Table, ids: list[int]) -> dict[int, tuple[int, bytes]]:
    """Return application and bytes of documents by id, many to a statement, whose text is always the same."""
    sql = f"SELECT id, app, doc FROM {table.rows} WHERE id IN ({', '.join('?' * _AT_ONCE)})"
    found: dict[int, tuple[int, bytes]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        for id, app, packed in rows(connection, sql, (*part, *part[:1] * (_AT_ONCE - len(part)))):
            found[id] = (app, packed)
    return found
