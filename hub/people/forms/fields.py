"""What a form can ask: the kinds of fields, their texts in each language, and the attributes that they may fill."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from msgspec import Meta, Struct

from hub.core.errors import InvalidPayload
from hub.core.text import check_text
from hub.people.speaking import Language
from hub.people.standard import Attribute, ValueType
from hub.people.vocabulary import Vocabulary

Kind = Literal[
    "text", "long_text", "email", "phone", "number", "date", "choice", "choices", "checkbox", "consent", "hidden"
]
LANGUAGES: tuple[Language, ...] = ("en", "pl")
Text = dict[Language, Annotated[str, Meta(max_length=2000)]]
"""The same words by language; one that is missing is said in the other."""

MOST_FIELDS = 50
LONGEST = 4_000
"""Most characters of an answer, where the field does not say less."""

FITS: dict[Kind, tuple[ValueType, ...]] = {
    "text": ("string",), "long_text": ("string",), "email": ("string",), "phone": ("string",),
    "number": ("integer", "float"), "date": ("date", "datetime"), "choice": ("string", "fixed"), "choices": ("fixed",),
    "checkbox": ("boolean",), "consent": ("boolean",), "hidden": ("string", "integer", "float", "boolean", "date"),
}  # fmt: skip
"""kind → the types of attributes that it may fill"""
NEVER = {"custom_id", "status", "assigned_to"}
"""Attributes that whoever fills in a form must not decide: who they are, and who is in charge of them."""


class Choice(Struct, frozen=True, forbid_unknown_fields=True):
    """One of the answers to choose from: the value that is kept, and what people read."""

    value: Annotated[str, Meta(min_length=1, max_length=255)]
    label: Text = {}


class Field(Struct, frozen=True, forbid_unknown_fields=True):
    """One question.

    attribute          name of the contact's attribute that the answer fills
    longest            most characters of a text
    least, most        bounds of a number
    pattern            form of a text: `9` is a digit, `A` a letter, `?` either; everything else stands for itself
    purpose, version   of a consent: what for, and which wording of it (hub/people/privacy/consent.py)
    value, parameter   of a hidden field: its value, or the parameter of the page's address that holds it
    """

    key: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,39}$")]
    kind: Kind
    label: Text = {}
    help: Text = {}
    placeholder: Text = {}
    required: bool = False
    attribute: Annotated[str, Meta(max_length=64)] | None = None
    longest: Annotated[int, Meta(ge=1, le=LONGEST)] | None = None
    least: float | None = None
    most: float | None = None
    pattern: Annotated[str, Meta(max_length=100)] = ""
    choices: Annotated[list[Choice], Meta(max_length=100)] = []
    purpose: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_-]{0,63}$")] = "marketing"
    version: Annotated[str, Meta(max_length=64)] = ""
    value: Annotated[str, Meta(max_length=1000)] = ""
    parameter: Annotated[str, Meta(max_length=64)] = ""


def said(text: Text, language: Language) -> str:
    """Return the words in a language, or in the other one where there are none."""
    return text.get(language) or next((text[each] for each in LANGUAGES if text.get(each)), "")


def check_words(text: Text, where: str) -> None:
    """Raise InvalidPayload where some words hold what can't be stored."""
    for words in text.values():
        check_text(words, where)


def check_fields(words: Vocabulary, fields: list[Field]) -> None:
    """Raise InvalidPayload, naming the field, where the fields of a form make no sense together."""
    if not 1 <= len(fields) <= MOST_FIELDS:
        raise InvalidPayload(f"A form has 1 to {MOST_FIELDS} fields.")
    keys: set[str] = set()
    filled: set[str] = set()
    for field in fields:
        where = f"fields.{field.key}"
        if field.key in keys:
            raise InvalidPayload(f"`{where}` is there twice.")
        keys.add(field.key)
        for part in (field.label, field.help, field.placeholder, *(choice.label for choice in field.choices)):
            check_words(part, where)
        for text in (field.value, field.parameter, field.pattern, field.version, *(c.value for c in field.choices)):
            check_text(text, where)
        if field.kind != "hidden" and not any(field.label.values()):
            raise InvalidPayload(f"`{where}` needs a label: people have to know what to write.")
        _check_kind(field, where)
        if field.attribute is not None:
            attribute = _attribute(words, field, where)
            if attribute.path in filled:
                raise InvalidPayload(f"`{where}` fills `{attribute.std}`, and so does another field.")
            filled.add(attribute.path)


def _check_kind(field: Field, where: str) -> None:
    if field.kind in ("choice", "choices"):
        values = [choice.value for choice in field.choices]
        if not values or len(values) != len(set(values)):
            raise InvalidPayload(f"`{where}` needs choices, each with a value of its own.")
    elif field.choices:
        raise InvalidPayload(f"`{where}` has choices, which only the kinds choice and choices do.")
    if field.least is not None and field.most is not None and field.least > field.most:
        raise InvalidPayload(f"`{where}` has a `least` above its `most`.")


def _attribute(words: Vocabulary, field: Field, where: str) -> Attribute:
    attribute = words.attribute("contact", field.attribute or "")
    if attribute is None:
        raise InvalidPayload(f"`{where}` fills `{field.attribute}`, and there is no such attribute.")
    if not attribute.writable or attribute.std in NEVER:
        raise InvalidPayload(f"`{where}` fills `{attribute.std}`, which no form can.")
    if attribute.type not in FITS[field.kind] or (attribute.path == "email") != (
        field.kind == "email" and attribute.id == 0
    ):
        raise InvalidPayload(f"`{where}` is of the kind {field.kind}, which does not fit `{attribute.std}`.")
    if attribute.type == "fixed":
        unknown = [choice.value for choice in field.choices if choice.value not in attribute.choices]
        if unknown:
            raise InvalidPayload(f"`{where}` offers {unknown[0]!r}, which is no choice of `{attribute.std}`.")
        if field.kind == "choices" and not attribute.multiple:
            raise InvalidPayload(f"`{where}` lets people choose several, and `{attribute.std}` holds one.")
    return attribute


def fits_pattern(pattern: str, text: str) -> bool:
    """Tell whether a text has the form that a pattern of `9`, `A` and `?` describes."""
    if len(text) != len(pattern):
        return False
    return all(
        _PLACES[place](each) if place in _PLACES else place == each for place, each in zip(pattern, text, strict=True)
    )


_PLACES = {
    "9": lambda each: bool(re.fullmatch("[0-9]", each)),
    "A": str.isalpha,
    "?": str.isalnum,
}
