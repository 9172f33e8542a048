"""What a group of batches loads and writes, in few statements.

Few, because each step of a statement lets the interpreter go, and in a process with a busy event loop it takes up to
the switch interval to get it back. So a statement loads everything of its kind, and writes many rows.
"""

# ruff: noqa: S608 - the names in our SQL come from declarations in the code; every value is bound
from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import apsw
import msgspec

from storage.change import TAKEN, KeyRef, Needs, Row, State
from storage.engine import Document
from storage.filters import OrderKey
from storage.sqlite_schema import StreamTable, Table, bind, mark_word, rows

Tables = dict[str, Table]
Streams = dict[str, StreamTable]

LOAD_KEYS = (
    "SELECT '[' || group_concat('[' || j.key || ',' || CAST(k.holds AS TEXT) || ']') || ']' "
    "FROM json_each(?) AS j CROSS JOIN keys AS k "
    "ON k.app = j.value ->> 0 AND k.kind = j.value ->> 1 AND k.value = j.value ->> 2"
)
DROP_KEYS = "DELETE FROM keys WHERE app = ? AND kind = ? AND value = ?"
HOLD_KEYS = "INSERT INTO keys (app, kind, value, holds)"
HOLD_AGAIN = "ON CONFLICT (app, kind, value) DO UPDATE SET holds = excluded.holds"

encode = msgspec.json.encode


# ── loading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def load(connection: apsw.Connection, needs: Needs, tables: Tables, streams: Streams) -> State:
    """Return what is stored of everything that the batches touch."""
    state = State(documents=dict.fromkeys(needs.documents), keys=dict.fromkeys(needs.keys))
    for name, ids in by_name(needs.documents).items():
        for place, app, document in asked(connection, tables[name].load, ids):
            state.documents[name, ids[place]] = Row(app, document)
    keys = list(needs.keys)
    for place, holds in asked(connection, LOAD_KEYS, keys):
        state.keys[keys[place]] = TAKEN if holds is None else holds
    lists: dict[str, list[tuple[int, int]]] = {}
    for name, app, key in needs.heads:
        lists.setdefault(name, []).append((app, key))
    for name, of in lists.items():
        for place, head in asked(connection, streams[name].heads, of):
            state.heads[name, *of[place]] = head
    for name, ids in by_name(needs.records).items():
        state.records.update((name, id) for id in asked(connection, streams[name].known, ids))
    return state


def asked(connection: apsw.Connection, sql: str, about: Sequence[Any]) -> Any:
    """Return the one JSON array that a statement answers about many things."""
    if not about:
        return ()
    answer: Any = connection.execute(sql, (encode(about).decode(),)).get
    return () if answer is None else msgspec.json.decode(answer)


def by_name(refs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    """Return ids by the name of their collection or stream."""
    found: dict[str, list[int]] = {}
    for name, id in refs:
        found.setdefault(name, []).append(id)
    return found


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Lines:
    """Rows on their way into tables, written many to a statement."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, int, str], list[tuple[Any, ...]]] = {}

    def add(self, head: str, tail: str, line: tuple[Any, ...]) -> None:
        self._lines.setdefault((head, len(line), tail), []).append(line)

    def write(self, connection: apsw.Connection) -> None:
        for (head, width, tail), lines in self._lines.items():
            start = 0
            for size in SIZES:
                while len(lines) - start >= size:
                    values = [value for line in lines[start : start + size] for value in line]
                    connection.execute(_many(head, width, tail, size), values)
                    start += size


SIZES = (64, 16, 4, 1)
"""Rows to a statement: few sizes, so that every statement is prepared once."""


@lru_cache(maxsize=1_000)
def _many(head: str, width: int, tail: str, size: int) -> str:
    line = f"({', '.join('?' * width)})"
    return f"{head} VALUES {', '.join([line] * size)} {tail}"


def write(connection: apsw.Connection, before: State, after: State, tables: Tables, streams: Streams) -> None:
    """Write the difference: a document that a hundred batches patched is written once."""
    lines = Lines()
    freed: list[KeyRef] = []
    for ref, holds in after.keys.items():
        if holds is not before.keys[ref]:
            if holds is None:
                freed.append(ref)
            else:
                lines.add(HOLD_KEYS, HOLD_AGAIN, (*ref, encode(None if holds is TAKEN else holds)))
    if freed:
        connection.executemany(DROP_KEYS, freed)
    for each in after.appended:
        line = (each.id, each.app, each.key, each.position, encode(each.record))
        lines.add(streams[each.stream].insert, "", line)
    for (name, id), new in after.documents.items():
        old = before.documents[name, id]
        if new is not old:
            put(connection, lines, tables[name], id, old, new)
    lines.write(connection)


def put(connection: apsw.Connection, lines: Lines, table: Table, id: int, old: Row | None, new: Row | None) -> None:
    """Bring one document and its entries up to date: what goes at once, what comes into `lines`."""
    if old is not None and (new is None or new.app != old.app):
        connection.execute(table.delete, (id,))
        _entries(connection, lines, table, id, old, None)
        old = None
    if new is None:
        return
    packed = encode(new.document)
    known = None if old is None else old.keys or table.entries.keys(old.document)
    keys = new.keys or _keys(table, new.document, old, known)
    if keys == known:
        lines.add(table.insert_plain, table.update_plain, (id, new.app, packed))
    else:
        lines.add(table.insert, table.update, (id, new.app, packed, *map(bind, keys)))
    _entries(connection, lines, table, id, old, new)


def _keys(table: Table, new: Document, old: Row | None, known: tuple[OrderKey, ...] | None) -> tuple[OrderKey, ...]:
    if old is None or known is None:
        return table.entries.keys(new)
    return table.entries.keys_again(new, old.document, known)


def _entries(
    connection: apsw.Connection, lines: Lines, table: Table, id: int, old: Row | None, new: Row | None
) -> None:
    entries = table.entries
    was, now = old.document if old else None, new.document if new else None
    values, words = entries.may_differ(was, now)
    if values:
        before = entries.values(was, values) if was else set()
        after = entries.values(now, values) if now else set()
        for field, key in before - after:
            connection.execute(table.drop_value, (old.app, field, bind(key), id))  # type: ignore[union-attr]
        for field, key in after - before:
            lines.add(table.add_value, "", (new.app, field, bind(key), id))  # type: ignore[union-attr]
    if words:
        old_line = word_line(table, old.app, old.document) if old else None
        new_line = word_line(table, new.app, new.document) if new else None
        if old_line == new_line:
            return
        if old_line is not None:
            connection.execute(table.drop_words, (id,))
        if new_line is not None:
            lines.add(table.put_words, "", (id, *new_line))


def word_line(table: Table, app: int, document: Document) -> tuple[str, ...] | None:
    """Return what the table of words has for a document: its application, its words, and its marks if it may have any."""
    words = " ".join(sorted(table.entries.words(document)))
    if not table.collection.marks:
        return (str(app), words) if words else None
    marks = " ".join([mark_word(app, mark) for mark in sorted(table.entries.marks(document))])
    return (str(app), words, marks) if words or marks else None


# ── old data ──────────────────────────────────────────────────────────────────────────────────────────────────────────

CHUNK = 500


def derive_again(connection: apsw.Connection, table: Table) -> None:
    """Write columns, values and words of every document anew. Broken off, it is done again at the next start."""
    connection.execute(f"DELETE FROM {table.values}; INSERT INTO {table.words} ({table.words}) VALUES ('delete-all')")
    last = -(2**63)
    sql = f"SELECT id, app, doc FROM {table.rows} WHERE id > ? ORDER BY id LIMIT {CHUNK}"
    while chunk := rows(connection, sql, (last,)):
        with connection:
            lines = Lines()
            for id, app, packed in chunk:
                put(connection, lines, table, id, None, Row(app, msgspec.json.decode(packed)))
            lines.write(connection)
        last = chunk[-1][0]
