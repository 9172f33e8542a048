"""The tables of the SQLite engine: what they are called, how they are made, and how old data gets new indexes."""

# ruff: noqa: S608 - the names in our SQL come from declarations in the code; every value is bound
from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import apsw

from storage.engine import Collection, Stream
from storage.entries import Entries, layout_of
from storage.filters import BOOL, NULL, NUMBER, TEXT, OrderKey

FORMAT = 1
"""Counts up when the meaning of stored keys changes (folding, words): every derived column is then made anew."""


def bind(key: OrderKey) -> Any:
    """Return the column value for a key: SQLite then orders as we do, null < number < text < bool.

    Null is minus infinity, which no document holds: so a column is never NULL, and ranges need no exceptions.
    """
    if len(key) == 1:
        return _FLOORS[key[0]]
    return key[1] if key[0] != BOOL else b"\1" if key[1] else b"\0"


_FLOORS: dict[int, Any] = {NULL: float("-inf"), NUMBER: -1.7976931348623157e308, TEXT: "", BOOL: b"", BOOL + 1: b"\2"}


def connect(path: Path, *, writer: bool = False) -> apsw.Connection:
    """Return a connection; readers get one each, and can't write."""
    connection = apsw.Connection(str(path), statementcachesize=500)
    connection.set_busy_timeout(5_000)
    connection.execute(f"PRAGMA cache_size = {-16_000 if writer else -4_000}")
    connection.execute("PRAGMA temp_store = MEMORY")
    if writer:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA journal_size_limit = 67108864")
        # 16 MB: under load the same pages are in the log many times, and go to the database once for all of them.
        connection.execute("PRAGMA wal_autocheckpoint = 4000")
    else:
        connection.execute("PRAGMA query_only = ON")
    return connection


def rows(connection: apsw.Connection, sql: str, values: tuple[Any, ...] = ()) -> list[Any]:
    """Return all rows of a statement."""
    return connection.execute(sql, values).fetchall()


def quoted(*parts: str) -> str:
    """Return the parts as one SQL identifier."""
    return '"' + "_".join(parts).replace('"', '""') + '"'


class Table:
    """Names and statements of one collection."""

    def __init__(self, collection: Collection):
        self.collection = collection
        self.entries = Entries(collection)
        self.fields = self.entries.fields
        self.rows = quoted("d", collection.name)
        self.values = quoted("v", collection.name)
        self.words = quoted("w", collection.name)
        names = ", ".join(["id", "app", "doc", *map(column, self.fields)])
        again = ", ".join(f"{name} = excluded.{name}" for name in ["doc", *map(column, self.fields)])
        self.insert = f"INSERT INTO {self.rows} ({names})"
        self.update = f"ON CONFLICT (id) DO UPDATE SET {again}"
        self.insert_plain = f"INSERT INTO {self.rows} (id, app, doc)"
        self.update_plain = "ON CONFLICT (id) DO UPDATE SET doc = excluded.doc"
        self.delete = f"DELETE FROM {self.rows} WHERE id = ?"
        self.load = (
            "SELECT CAST('[' || group_concat('[' || j.key || ',' || d.app || ',' || CAST(d.doc AS TEXT) || ']') "
            "|| ']' AS BLOB) "  # bytes: a text of Python's would be decoded and encoded once more
            f"FROM json_each(?) AS j CROSS JOIN {self.rows} AS d ON d.id = j.value"
        )
        self.add_value = f"INSERT INTO {self.values} (app, field, value, id)"
        self.drop_value = f"DELETE FROM {self.values} WHERE app = ? AND field = ? AND value = ? AND id = ?"
        self.word_columns = "app, words, marks" if collection.marks else "app, words"
        self.put_words = f"INSERT INTO {self.words} (rowid, {self.word_columns})"
        self.drop_words = f"DELETE FROM {self.words} WHERE rowid = ?"

    def index_names(self) -> dict[str, str]:
        """Return each declared index: its name and its columns. The ids of an application are one of them."""
        found = {self.index_name(()): "app"} if self.collection.tenant else {}
        for index in self.collection.indexes:
            columns = [column(field) for field in index.fields]
            found[self.index_name(index.fields)] = ", ".join(["app", *columns])
        return found

    def index_name(self, fields: tuple[str, ...]) -> str:
        return quoted("i", self.collection.name, "+".join(fields))


class StreamTable:
    """Names and statements of one stream."""

    def __init__(self, stream: Stream):
        self.rows = quoted("s", stream.name)
        self.order = quoted("o", stream.name)
        self.insert = f"INSERT INTO {self.rows} (id, app, key, position, record)"
        self.heads = (
            "SELECT '[' || group_concat('[' || j.key || ',' || coalesce((SELECT max(position) FROM "
            f"{self.rows} WHERE app = j.value ->> 0 AND key = j.value ->> 1), 0) || ']') || ']' FROM json_each(?) AS j"
        )
        self.known = (
            f"SELECT '[' || group_concat(id) || ']' FROM {self.rows} WHERE id IN (SELECT value FROM json_each(?))"
        )


def column(field: str) -> str:
    return "id" if field == "id" else quoted("c", field)


_NO_LETTER = re.compile("[^0-9a-z]")


def mark_word(app: int, mark: str) -> str:
    """Return an application's mark as one word of the tokenizer, and no other mark's."""
    return f"{app}x{_NO_LETTER.sub(_spelt, mark)}"


def _spelt(sign: re.Match[str]) -> str:
    return f"·{ord(sign[0]):x}·"


# ── making it ────────────────────────────────────────────────────────────────────────────────────────────────────────


Derive = Callable[[apsw.Connection, Table], None]


def create(
    connection: apsw.Connection, tables: Iterable[Table], streams: Iterable[StreamTable], derive: Derive
) -> None:
    """Make what is missing; `derive` gives documents of an older version their new columns and entries."""
    connection.execute(
        "CREATE TABLE IF NOT EXISTS layouts (collection TEXT PRIMARY KEY, layout BLOB) WITHOUT ROWID;"
        "CREATE TABLE IF NOT EXISTS ids (kind TEXT PRIMARY KEY, next INTEGER) WITHOUT ROWID;"
        "CREATE TABLE IF NOT EXISTS keys (app INTEGER, kind TEXT, value TEXT, holds BLOB, "
        "PRIMARY KEY (app, kind, value)) WITHOUT ROWID;"
    )
    for stream in streams:
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS {stream.rows} "
            "(id INTEGER PRIMARY KEY, app INTEGER, key INTEGER, position INTEGER, record BLOB);"
            f"CREATE UNIQUE INDEX IF NOT EXISTS {stream.order} ON {stream.rows} (app, key, position)"
        )
    for table in tables:
        _create(connection, table, derive)


def _create(connection: apsw.Connection, table: Table, derive: Derive) -> None:
    collection = table.collection
    layout = layout_of(FORMAT, collection, table.fields)
    stored = connection.execute("SELECT layout FROM layouts WHERE collection = ?", (collection.name,)).get
    if stored == layout:
        return
    columns = "".join(f", {column(field)}" for field in table.fields)
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {table.rows} (id INTEGER PRIMARY KEY, app INTEGER, doc BLOB{columns});"
        f"CREATE TABLE IF NOT EXISTS {table.values} (app INTEGER, field TEXT, value, id INTEGER, "
        "PRIMARY KEY (app, field, value, id)) WITHOUT ROWID;"
    )
    # Our words are folded already, and this tokenizer leaves everything beyond ASCII alone. What was made for an older
    # layout may lack a column, and is filled anew anyway.
    connection.execute(
        f"DROP TABLE IF EXISTS {table.words};"
        f"CREATE VIRTUAL TABLE {table.words} USING fts5"
        f"({table.word_columns}, content='', contentless_delete=1, detail=column, tokenize='ascii')"
    )
    _drop_indexes(connection, table)
    _add_columns(connection, table)
    if stored is not None:
        derive(connection, table)
    for name, indexed in table.index_names().items():
        connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {table.rows} ({indexed})")
    connection.execute("INSERT OR REPLACE INTO layouts VALUES (?, ?)", (collection.name, layout))


def _drop_indexes(connection: apsw.Connection, table: Table) -> None:
    wanted = table.index_names()
    for _, name, *_ in rows(connection, f"PRAGMA index_list({table.rows})"):
        if quoted(name) not in wanted:
            connection.execute(f"DROP INDEX {quoted(name)}")


def _add_columns(connection: apsw.Connection, table: Table) -> None:
    there = {quoted(name) for _, name, *_ in rows(connection, f"PRAGMA table_info({table.rows})")}
    for field in table.fields:
        if column(field) not in there:
            connection.execute(f"ALTER TABLE {table.rows} ADD COLUMN {column(field)}")
