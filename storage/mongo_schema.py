"""What the MongoDB engine keeps: one collection for each of ours, its entries beside it, and a few of its own.

A document is stored as `{_id, app, keys: {field: key}, doc: {...}}`. `doc` is ours, as it is; `keys` are what indexes
are made of. A sharded cluster may split every collection by `app` and `_id`: all queries name both, or `app` at least.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable
from typing import Any

import msgspec
from bson.codec_options import CodecOptions, TypeDecoder, TypeRegistry
from bson.int64 import Int64
from pymongo import ASCENDING
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.operations import ReplaceOne

from storage.engine import Collection, Document, Stream
from storage.entries import Entries, layout_of
from storage.filters import BOOL, NULL, NUMBER, OrderKey

FORMAT = 1
"""Counts up when the meaning of stored keys changes (folding, words): then they are all made anew."""

CHUNK = 500

Rows = AsyncCollection[dict[str, Any]]


class _PlainInteger(TypeDecoder):
    """BSON's long integers come back as plain ones, which is what every reader expects of a document."""

    bson_type = Int64

    def transform_bson(self, value: Any) -> int:
        return int(value)


CODEC: CodecOptions[dict[str, Any]] = CodecOptions(type_registry=TypeRegistry([_PlainInteger()]))


def text_key(key: OrderKey) -> str:
    """Return the key as text that sorts as keys do, so that one range spans all types of values."""
    rank = key[0]
    if len(key) == 1:
        return str(rank)
    if rank == NUMBER:
        return f"{NUMBER}{_number(key[1])}"
    return f"{rank}{int(key[1]) if rank == BOOL else key[1]}" if rank != NULL else str(NULL)


def _number(value: int | float) -> str:
    """A double that sorts as bytes do, and behind it what an integer of 64 bits loses when it becomes a double."""
    near = float(value) + 0.0  # minus zero becomes zero
    (bits,) = struct.unpack(">Q", struct.pack(">d", near))
    bits = bits ^ 0xFFFF_FFFF_FFFF_FFFF if bits >> 63 else bits | 1 << 63
    rest = value - int(near) if type(value) is int else 0
    return f"{bits:016x}{rest + 2_048:04x}"


class Table:
    """Names and shapes of one collection."""

    def __init__(self, database: AsyncDatabase[dict[str, Any]], collection: Collection):
        self.collection = collection
        self.entries = Entries(collection)
        self.rows: Rows = database[collection.name]
        self.values: Rows = database[f"{collection.name}.values"]
        self.words: Rows = database[f"{collection.name}.words"]

    def stored(self, app: int, document: Document, keys: tuple[OrderKey, ...] | None = None) -> dict[str, Any]:
        """Return the document as it is stored."""
        names = map(key_name, self.entries.fields)
        texts = map(text_key, keys or self.entries.keys(document))
        return {"_id": document["id"], "app": app, "keys": dict(zip(names, texts, strict=True)), "doc": document}

    def value_entries(self, app: int, document: Document | None) -> dict[str, dict[str, Any]]:
        """Return the entries of the generic index for a document, by their `_id`."""
        if document is None or not self.collection.values:
            return {}
        found = {}
        for field, key in self.entries.values(document):
            text = text_key(key)
            name = f"{document['id']}.{hashlib.blake2b(f'{field} {text}'.encode(), digest_size=12).hexdigest()}"
            found[name] = {"_id": name, "app": app, "field": field, "key": text, "id": document["id"]}
        return found

    def word_entries(self, app: int, document: Document | None) -> dict[str, dict[str, Any]]:
        """Return the entries of a document's words and marks, by their `_id`."""
        if document is None or not (self.collection.words or self.collection.marks):
            return {}
        id = document["id"]
        words = self.entries.words(document) | {mark_word(mark) for mark in self.entries.marks(document)}
        return {f"{id}.{word}": {"_id": f"{id}.{word}", "app": app, "word": word, "id": id} for word in words}

    def indexes(self) -> dict[str, list[tuple[str, int]]]:
        """Return the indexes that the collection itself has, by name."""
        found = {"app": [("app", ASCENDING), ("_id", ASCENDING)]}
        for index in self.collection.indexes:
            fields = [(row_field(field), ASCENDING) for field in index.fields if field != "id"]
            found["+".join(index.fields)] = [("app", ASCENDING), *fields, ("_id", ASCENDING)]
        return found


def mark_word(mark: str) -> str:
    """Return a mark as it stands among the words, where no word is the same."""
    return f"={mark}"


def key_name(field: str) -> str:
    """Return the name of a field's key; a path is one name here."""
    return field.replace(".", "_")


def row_field(field: str) -> str:
    """Return where a stored row has what sorts this field."""
    return "_id" if field == "id" else f"keys.{key_name(field)}"


def key_id(ref: tuple[int, str, str]) -> str:
    """Return the `_id` of a unique key: application, kind and value."""
    return msgspec.json.encode(ref).decode()


# ── making it ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def create(database: AsyncDatabase[dict[str, Any]], tables: Iterable[Table], streams: Iterable[Stream]) -> None:
    """Make collections and indexes, and give documents of an older version their new keys and entries."""
    for stream in streams:
        order = [("app", ASCENDING), ("key", ASCENDING), ("position", ASCENDING)]
        await database[stream.name].create_index(order, name="order", unique=True)
    layouts = {stored["_id"]: stored["layout"] async for stored in database["hub.layouts"].find()}
    for table in tables:
        await _create(database, table, layouts.get(table.collection.name))
    for name in ("hub.keys", "hub.heads", "hub.ids"):
        # A collection made inside a transaction would conflict with others that make it.
        await database[name].update_one({"_id": ""}, {"$set": {"app": 0}}, upsert=True)


async def _create(database: AsyncDatabase[dict[str, Any]], table: Table, stored: str | None) -> None:
    """Bring one collection from the `stored` layout to the table's; None where there is no such collection yet."""
    collection = table.collection
    layout = layout_of(FORMAT, collection, table.entries.fields).decode()
    if stored == layout:
        return
    wanted = table.indexes()
    if stored is not None:
        for name in await table.rows.index_information():
            if name != "_id_" and name not in wanted:
                await table.rows.drop_index(name)
    for name, fields in wanted.items():
        await table.rows.create_index(fields, name=name)
    by_value = [("app", ASCENDING), ("field", ASCENDING), ("key", ASCENDING), ("id", ASCENDING)]
    await table.values.create_index(by_value, name="order")
    await table.words.create_index([("app", ASCENDING), ("word", ASCENDING), ("id", ASCENDING)], name="order")
    if stored is not None:
        await _derive_again(table)
    await database["hub.layouts"].replace_one(
        {"_id": collection.name}, {"_id": collection.name, "layout": layout}, upsert=True
    )


async def _derive_again(table: Table) -> None:
    """Write keys and entries of every document anew. Broken off, it is done again at the next start."""
    last: int | None = None
    while True:
        behind = {} if last is None else {"_id": {"$gt": last}}
        chunk = await table.rows.find(behind).sort("_id", ASCENDING).limit(CHUNK).to_list()
        if not chunk:
            return
        rows = [table.stored(row["app"], row["doc"]) for row in chunk]
        for row in rows:
            await table.rows.update_one({"_id": row["_id"]}, {"$set": {"keys": row["keys"]}})
        for entries, made in ((table.values, table.value_entries), (table.words, table.word_entries)):
            fresh = {name: entry for row in rows for name, entry in made(row["app"], row["doc"]).items()}
            await entries.delete_many({"id": {"$in": [row["_id"] for row in rows]}, "_id": {"$nin": list(fresh)}})
            if fresh:
                await entries.bulk_write(
                    [ReplaceOne({"_id": name}, entry, upsert=True) for name, entry in fresh.items()]
                )
        last = chunk[-1]["_id"]
