"""Session ids: 120 random bits each, asked of the system for many at a time."""

import os
from base64 import urlsafe_b64encode

_SIZE = 15
_AT_ONCE = 256

_stock = bytearray()


def fresh() -> str:
    """Return twenty characters that nobody can guess. A call of the system for each id would cost as much as ten."""
    if not _stock:
        _stock.extend(os.urandom(_SIZE * _AT_ONCE))
    part = bytes(_stock[-_SIZE:])
    del _stock[-_SIZE:]
    return urlsafe_b64encode(part).decode()


os.register_at_fork(after_in_child=_stock.clear)  # else parent and child would give the same ids
