"""The fields of bodies, made from the table of standard attributes, which says what may be set and of which type."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from hub.doors.api.usercom.told.versioned import Day, Moment, Versions
from hub.doors.api.usercom.versions import NAMES
from hub.people.standard import STANDARD, Attribute, Subject

_WIRE: dict[Subject, str] = {"contact": "user", "company": "company", "product": "product"}
Own = Annotated[str, Meta(min_length=1, max_length=255)]
"""A client's own id."""


def attributes_body(
    subject: Subject, name: str, sentence: str, more: dict[str, Any], need: tuple[str, ...] = ()
) -> Versions:
    """Return the bodies that set attributes of a subject: the standard ones by name, any other one beside them.

    `more` are fields that are no attributes, by our names. `need` has to be there.
    """
    standard = {each.std: _type(each) for each in STANDARD[subject] if each.writable and each.std != "name"}
    standard = {"name": _type(next(each for each in STANDARD[subject] if each.std == "name"))} | standard | more
    names = NAMES[_WIRE[subject]]

    def of(version: int) -> Any:
        fields: list[Any] = []
        for ours, type in standard.items():
            wire = names[ours][version - 1] if ours in names else ours
            fields.append((wire, type) if ours in need else (wire, type | UnsetType, UNSET))
        return msgspec.defstruct(
            f"{name}V{version}", fields, kw_only=True, namespace={"__doc__": sentence}, module=__name__
        )

    return Versions(of(1), of(2))


def _type(attribute: Attribute) -> Any:
    """Return what may be sent for an attribute; null takes its value away."""
    if attribute.std == "custom_id":
        return Own | None
    match attribute.type:
        case "string":
            return Annotated[str, Meta(max_length=attribute.longest)] | None
        case "integer":
            return int | None
        case "float":
            return float | None
        case "decimal":
            return float | str | None
        case "boolean":
            return bool | None
        case "date":
            return Day | None
        case "datetime":
            return Moment | None
        case "fixed":
            codes = tuple(range(1, len(attribute.choices) + 1))
            return Literal[attribute.choices] | Literal[codes] | None  # type: ignore[valid-type]
        case _:
            return Any
