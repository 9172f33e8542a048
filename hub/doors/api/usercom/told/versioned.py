"""Objects that the two versions write differently, declared once: our names, and which version has a field alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar, get_type_hints

import msgspec
from msgspec import Meta, Struct

from hub.doors.api.usercom.versions import NAMES

T = TypeVar("T")
_ONLY_FIRST, _ONLY_SECOND = "only first", "only second"
First = Annotated[T, _ONLY_FIRST]
"""A field that the first version has alone."""
Second = Annotated[T, _ONLY_SECOND]
"""A field that the second version has alone."""
Moment = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Day = Annotated[str, Meta(extra_json_schema={"format": "date"})]
Id = Annotated[int, Meta(ge=1)]


class Versions(Struct, frozen=True):
    """The types of an answer, one for each version."""

    first: Any
    second: Any

    def of(self, version: int) -> Any:
        """Return the type of the version."""
        return self.first if version == 1 else self.second


class Either(Struct, frozen=True):
    """An answer that is of one of several types."""

    types: tuple[Any, ...]


def versioned(of: str | None = None, *, flat: bool = False, alike: bool = False) -> Callable[[type], Any]:
    """Return a class decorator that makes both versions' types of what is declared.

    `of` names the table of versions.py that renames fields. The second version of an object that is `flat` has the
    application's own attributes beside the fields. Objects that are `alike` are the same in both.
    """

    def make(declared: type) -> Versions:
        first = _type(declared, of, 1, strict=True, mark="" if alike else "V1")
        return Versions(first, first if alike else _type(declared, of, 2, strict=not flat, mark="V2"))

    return make


def _type(declared: type, of: str | None, version: int, *, strict: bool, mark: str) -> Any:
    absent = _ONLY_SECOND if version == 1 else _ONLY_FIRST
    names = NAMES[of] if of else {}
    fields: list[Any] = []
    for name, hint in get_type_hints(declared, include_extras=True).items():
        marks = getattr(hint, "__metadata__", ())
        if absent in marks:
            continue
        plain = hint.__origin__ if {_ONLY_FIRST, _ONLY_SECOND} & set(map(str, marks)) else hint
        wire = names[name][version - 1] if name in names else name
        fields.append(
            (wire, _of_version(plain, version), *([declared.__dict__[name]] if name in declared.__dict__ else []))
        )
    return msgspec.defstruct(
        declared.__name__ + mark, fields, kw_only=True, forbid_unknown_fields=strict,
        namespace={"__doc__": declared.__doc__}, module=declared.__module__,
    )  # fmt: skip


def _of_version(hint: Any, version: int) -> Any:
    return hint.of(version) if isinstance(hint, Versions) else hint


def each(make: Callable[[Any], Any], of: Versions | type) -> Versions | type:
    """Return what is made of the types of both versions, or of the one where they are alike."""
    if not isinstance(of, Versions):
        return make(of)  # type: ignore[no-any-return]
    first = make(of.first)
    return Versions(first, first if of.second is of.first else make(of.second))


_PAGES: dict[Any, Any] = {}


def page_of(item: Any) -> Versions | type:
    """Return the envelope of a page of these."""
    return each(_page, item)


def _page(item: Any) -> Any:
    if item not in _PAGES:
        name = item.__name__
        stem, mark = (name[:-2], name[-2:]) if name[-2:] in ("V1", "V2") else (name, "")
        _PAGES[item] = msgspec.defstruct(
            f"{stem}Page{mark}",
            [("count", int), ("next", str | None), ("previous", str | None), ("results", list[item])],
            kw_only=True, forbid_unknown_fields=True, module=__name__,
            namespace={"__doc__": "A page; `next` and `previous` are absolute addresses or null, `count` is of all pages."},
        )  # fmt: skip
    return _PAGES[item]


def search_of(item: Any) -> Versions | type:
    """Return what a search answers with: a bare object, an array of them with `many=true`, or a page."""
    return each(lambda one: Either((one, list[one], _page(one))), item)  # type: ignore[valid-type]
