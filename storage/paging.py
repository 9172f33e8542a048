"""Cursors: where a page ended. Opaque to callers, good for every engine."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

import msgspec

from storage.engine import Sort
from storage.filters import BOOL, NULL, OrderKey, order_key
from storage.plan import Access, Bound, earlier, later

Place = tuple[OrderKey, int]
"""Where a document lies in a sort: the key of the sorted field, and the id."""


class _Cursor(msgspec.Struct, array_like=True):
    field: str
    descending: bool
    value: str | int | float | bool | None
    id: int


def write_cursor(sort: Sort, place: Place) -> str:
    """Return the cursor for what lies behind this place."""
    key, id = place
    value: Any = None if key[0] == NULL else key[1]
    packed = msgspec.json.encode(_Cursor(sort.field, sort.descending, value, id))
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_cursor(sort: Sort, cursor: str | None) -> Place | None:
    """Return the place behind which a page begins. Raises ValueError for a cursor of another sort, or of nobody."""
    if cursor is None:
        return None
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        read = msgspec.json.decode(packed, type=_Cursor)
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise ValueError("This cursor was not made here.") from error
    key = order_key(read.value)
    if (
        (read.field, read.descending) != (sort.field, sort.descending)
        or key[0] > BOOL
        or not -(2**63) <= read.id < 2**63
    ):
        raise ValueError("This cursor belongs to another query.")
    return key, read.id


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of an access that lies behind a cursor: its bounds, and the id behind which it begins."""

    low: Bound | None
    high: Bound | None
    beyond: int | None = None


def segments(access: Access, sort: Sort, after: Place | None) -> list[Segment]:
    """Return what is left of an access behind a place, as ranges to be read one after the other."""
    whole = Segment(access.low, access.high)
    if after is None:
        return [whole]
    key, id = after
    if access.constant is not None and access.constant != key:
        return [whole] if (access.constant > key) != sort.descending else []
    if access.next != sort.field or sort.field == "id":
        return [Segment(access.low, access.high, id)]
    tie = Bound(key, True)
    ties = Segment(later(access.low, tie), earlier(access.high, tie), id)
    rest = Bound(key, False)
    if sort.descending:
        return [ties, Segment(access.low, earlier(access.high, rest))]
    return [ties, Segment(later(access.low, rest), access.high)]
