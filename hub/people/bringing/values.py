"""Values of somebody who was elsewhere: what no attribute here takes is left out and told, the rest comes in."""

from __future__ import annotations

from typing import Any

from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.people.editing import checked_fields
from hub.people.standard import Subject
from storage.engine import Document, Scope


async def takeable(hub: Hub, scope: Scope, subject: Subject, values: dict[str, Any]) -> tuple[Document, dict[str, str]]:
    """Return the fields of values that are as they have to be, and why the others are not, by their names."""
    try:
        return await checked_fields(hub, scope, subject, values), {}
    except InvalidPayload:
        pass
    fields: Document = {}
    refused: dict[str, str] = {}
    for name, value in values.items():
        try:
            fields |= await checked_fields(hub, scope, subject, {name: value})
        except InvalidPayload as error:
            refused[name] = error.message
    return fields, refused
