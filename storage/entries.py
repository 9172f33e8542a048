"""What the engines index of a document: the keys of its columns, its values entries, its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from storage.engine import Collection, Document, Unstorable
from storage.filters import NULL, NUMBER, OTHER, OrderKey, covers, fold, is_folded, order_key, values_at, words

Entry = tuple[str, OrderKey]
"""One line of the generic index: field and value."""


def fields_of(collection: Collection) -> tuple[str, ...]:
    """Return the fields that have a column of their own, each once."""
    fields = (field for index in collection.indexes for field in index.fields)
    return tuple(dict.fromkeys(field for field in fields if field != "id"))


def value_key(value: Any, folding: bool) -> OrderKey:
    """Return the key under which a value of a field is kept, folded or not."""
    return order_key(fold(value) if folding and type(value) is str else value)


class Entries:
    """Reads the entries of documents of one collection; made once, when the engine opens."""

    def __init__(self, collection: Collection):
        self.collection = collection
        self.fields = fields_of(collection)
        self._name = collection.name
        self._folded = collection.folded
        self._values = collection.values
        self._words = collection.words
        self._value_patterns = [(pattern, pattern.split(".")[0]) for pattern in collection.values]
        self._word_patterns = [(pattern, pattern.split(".")[0]) for pattern in collection.words]
        self._folding: dict[str, bool] = {}
        self._value_roots = {pattern.split(".")[0] for pattern in collection.values}
        self._marks = collection.marks
        self._word_roots = {field.split(".")[0] for field in (*collection.words, *collection.marks)}
        self._paths = [(field, field.split("."), is_folded(field, collection.folded)) for field in self.fields]

    def keys(self, document: Document) -> tuple[OrderKey, ...]:
        """Return the key of each indexed field. Raises `Unstorable` for an array or an object in one."""
        return tuple([self._key(document, field, path, folding) for field, path, folding in self._paths])

    def keys_again(self, document: Document, old: Document, known: tuple[OrderKey, ...]) -> tuple[OrderKey, ...]:
        """The same for a document that came from another one whose keys are known: what it shares has the same keys."""
        return tuple(
            [
                key if old.get(path[0]) is document.get(path[0]) else self._key(document, field, path, folding)
                for (field, path, folding), key in zip(self._paths, known, strict=True)
            ]
        )

    def _key(self, document: Document, field: str, path: list[str], folding: bool) -> OrderKey:
        value: Any = document
        for name in path:
            if type(value) is not dict:  # behind a scalar there is nothing, for a filter too
                value = value if type(value) is list else None
                break
            value = value.get(name)
        if type(value) is int:
            return (NUMBER, value)
        key = value_key(value, folding)
        if key[0] == OTHER:
            raise Unstorable(f"{self._name}.{field} is indexed, so it holds one value, not an array or an object.")
        return key

    def may_differ(self, old: Document | None, new: Document | None) -> tuple[set[str], set[str]]:
        """Return the fields whose values, and those whose words or marks, can differ.

        A patch leaves what it does not touch the very same object, so most fields of a document need no look.
        """
        if old is None or new is None:
            return self._value_roots, self._word_roots
        return (
            {root for root in self._value_roots if old.get(root) is not new.get(root)},
            {root for root in self._word_roots if old.get(root) is not new.get(root)},
        )

    def sort_key(self, field: str) -> Callable[[Document], OrderKey]:
        """Return the function that gives a document's key for sorting by a field; what is no scalar sorts as null."""
        path, folding = field.split("."), is_folded(field, self._folded)

        def key(document: Document) -> OrderKey:
            value: Any = document
            for name in path:
                value = value.get(name) if type(value) is dict else None
            found = value_key(value, folding)
            return found if found[0] != OTHER else (NULL,)

        return key

    def values(self, document: Document, roots: set[str] | None = None) -> set[Entry]:
        """Return the lines that the generic index has for this document, or for some of its fields. Nulls have none."""
        found: set[Entry] = set()
        for pattern, root in self._value_patterns:
            if roots is not None and root not in roots:
                continue
            under = document.get(root)
            if _is_nothing(under):
                continue
            for field, values in _values_under(pattern, root, under, document):
                folding = self._folds(field)
                for value in values:
                    key = (NUMBER, value) if type(value) is int else value_key(value, folding)
                    if 0 < key[0] < OTHER:
                        found.add((field, key))
        return found

    def _folds(self, field: str) -> bool:
        """Return whether a field is folded, remembered: the same few hundred are in every document."""
        known = self._folding.get(field)
        if known is None:
            known = is_folded(field, self._folded)
            if len(self._folding) < _REMEMBERED:
                self._folding[field] = known
        return known

    def words(self, document: Document) -> set[str]:
        """Return the folded words of the document's searched fields."""
        texts: list[str] = []
        for pattern, root in self._word_patterns:
            under = document.get(root)
            if type(under) is str:
                if pattern == root:
                    texts.append(under)
            elif not _is_nothing(under):
                for _, values in _values_under(pattern, root, under, document):
                    texts += [value for value in values if type(value) is str]
        plain = [
            text for text in texts if text.isascii()
        ]  # words end where a text does, so all are taken apart at once
        found = set(words("\n".join(plain)))
        if len(plain) < len(texts):
            for text in texts:
                if not text.isascii():
                    found.update(words(text))
        return found

    def marks(self, document: Document) -> set[str]:
        """Return the marks of the document."""
        return {mark for field in self._marks for mark in values_at(document, field) if type(mark) is str}


_REMEMBERED = 10_000


def _is_nothing(value: Any) -> bool:
    """Return whether there can be no value under a field: most documents leave most of their fields empty."""
    return value is None or ((type(value) is list or type(value) is dict) and not value)


def _values_under(pattern: str, root: str, under: Any, document: Document) -> list[tuple[str, list[Any]]]:
    """Return the fields that a declared path means in this document, each with what a filter on it looks at."""
    if pattern == root:
        return [(pattern, under or [None] if type(under) is list else [under])]
    if not pattern.endswith(".*"):
        return [(pattern, values_at(document, pattern))]
    if pattern == f"{root}.*" and type(under) is dict:
        return [
            (f"{root}.{name}", value or [None] if type(value) is list else [value])
            for name, value in under.items()
            if name and "." not in name
        ]
    maps = (each for each in values_at(document, pattern[:-2]) if type(each) is dict)
    fields = {f"{pattern[:-1]}{name}": None for each in maps for name in each}
    return [(field, values_at(document, field)) for field in fields if covers(pattern, field)]


def layout_of(format: int, collection: Collection, fields: Iterable[str]) -> bytes:
    """Return what a store keeps of a collection, to see at the next start whether something is to be indexed anew."""
    described = msgspec.to_builtins(collection)
    if not collection.marks:
        del described["marks"]  # as it was written down before there were any
    return msgspec.json.encode([format, described, list(fields)])


def holds_words(document: Document, entries: Entries, wanted: list[str]) -> bool:
    """Return whether each wanted word begins one of the document's words."""
    own = entries.words(document)
    return all(any(word.startswith(prefix) for word in own) for prefix in wanted)
