"""What SQLite and the disk say, as the errors that callers of the store know."""

from __future__ import annotations

import apsw

from storage.engine import StorageError, Unavailable


def as_storage_error(error: Exception) -> Exception:
    """Return the error to raise to callers: what the disk did becomes `Unavailable` with a sentence."""
    if isinstance(error, StorageError):
        return error
    if isinstance(error, apsw.FullError):
        return Unavailable("The disk is full: nothing was written. Make room; the store goes on by itself.")
    if isinstance(error, (apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError, apsw.BusyError, apsw.PermissionsError)):
        return Unavailable(f"The disk did not take it ({error}): nothing was written.")
    if isinstance(error, (apsw.CorruptError, apsw.NotADBError)):
        return Unavailable(f"The database file is damaged ({error}). Restore a backup.")
    return error
