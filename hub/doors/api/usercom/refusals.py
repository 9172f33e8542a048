"""What a verb refuses, as errors by field."""

from __future__ import annotations

import re
from types import TracebackType

from hub.core.errors import InvalidPayload, Taken
from hub.doors.api.compat import FieldErrors


class by_field:
    """Turns what a verb refuses into errors by field, as the object of this name has them.

    `default` is the field that is to blame where the verb names none.
    """

    def __init__(self, of: str, default: str = "non_field_errors", fields: tuple[str, ...] = ()) -> None:
        self._of, self._default, self._fields = of, default, fields

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if isinstance(error, Taken):
            field = (
                "custom_id"
                if re.search(r"this (custom )?id|custom_id", error.message)
                else "email"
                if "address" in error.message
                else "name"
            )
            raise FieldErrors(**{field: f"{self._of} with this {field} already exists."}) from None
        if isinstance(error, InvalidPayload):
            raise FieldErrors(**{self._blamed(error.message): error.message}) from None

    def _blamed(self, message: str) -> str:
        if "e-mail address" in message:
            return "email"
        return next((name for name in self._fields if f"`{name}`" in message), self._default)
