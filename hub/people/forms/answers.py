"""What somebody filled in, checked field by field. Everything that is wrong is told at once, by the key of its field."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from hub.accounts.applications import check_email
from hub.core.errors import FormInvalid, InvalidPayload
from hub.core.text import check_data, check_text
from hub.people.forms.fields import LONGEST, Field, Kind, fits_pattern
from hub.people.standard import Attribute
from hub.people.values import checked_value
from hub.people.vocabulary import Vocabulary

_PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{3,30}[0-9]")
Value = str | int | float | bool | list[str]


class FieldError(Struct, frozen=True):
    """What is wrong with an answer. `code` is for programs; `limit` is the bound that it missed, where it has one."""

    code: str
    message: str
    limit: float | str | None = None


class _Wrong(Exception):
    def __init__(self, code: str, message: str, limit: float | str | None = None) -> None:
        super().__init__(code)
        self.error = FieldError(code, message, limit)


def checked_answers(fields: list[Field], given: dict[str, Any]) -> dict[str, Value]:
    """Return the answers by key, those that were left out not among them. Raises FormInvalid, InvalidPayload."""
    known = {field.key for field in fields}
    for key in given:
        if key not in known:
            raise InvalidPayload(f"This form has no field `{key[:64]}`.")
    answers: dict[str, Value] = {}
    wrong: dict[str, FieldError] = {}
    for field in fields:
        try:
            value = _checked(field, given.get(field.key))
        except _Wrong as found:
            wrong[field.key] = found.error
            continue
        if value is not None:
            answers[field.key] = value
    if wrong:
        raise FormInvalid({key: msgspec.to_builtins(each) for key, each in wrong.items()})
    return answers


def attribute_values(
    words: Vocabulary, fields: list[Field], answers: dict[str, Value]
) -> dict[str, tuple[Attribute, Any]]:
    """Return what the answers fill, by the path of the attribute: it and its value. Raises FormInvalid."""
    found: dict[str, tuple[Attribute, Any]] = {}
    wrong: dict[str, FieldError] = {}
    for field in fields:
        attribute = words.attribute("contact", field.attribute) if field.attribute else None
        if attribute is None or field.key not in answers:  # it may have been deleted since
            continue
        try:
            found[attribute.path] = attribute, checked_value(attribute, answers[field.key])
        except InvalidPayload as error:
            if field.kind != "hidden":  # which nobody can correct
                wrong[field.key] = FieldError("not_fitting", error.message)
    if wrong:
        raise FormInvalid({key: msgspec.to_builtins(each) for key, each in wrong.items()})
    return found


def _checked(field: Field, value: Any) -> Value | None:
    if field.kind == "hidden":
        return _hidden(field, value)
    if isinstance(value, str):
        value = check_text(value, f"answers.{field.key}").strip()
    is_empty = value is None or value in ("", []) or (field.kind in ("checkbox", "consent") and value is False)
    if is_empty:
        if field.required:
            raise _Wrong("required", "This has to be filled in.")
        return False if field.kind == "checkbox" and value is False else None
    return _READERS[field.kind](field, value)


def _hidden(field: Field, value: Any) -> Value | None:
    if field.value:
        return field.value
    if not field.parameter or not isinstance(value, str):
        return None
    return check_text(value, f"answers.{field.key}")[:1000] or None


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong("wrong_type", "This takes text.")
    longest = field.longest or LONGEST
    if len(value) > longest:
        raise _Wrong("too_long", f"This is longer than {longest:,} characters.", longest)
    if field.pattern and not fits_pattern(field.pattern, value):
        raise _Wrong("wrong_pattern", f"This does not have the form {field.pattern}.", field.pattern)
    return value


def _email(field: Field, value: Any) -> str:
    text = _text(field, value)
    try:
        address = check_email(text)
    except InvalidPayload:
        raise _Wrong("not_an_email", "This is not an e-mail address.") from None
    if not re.fullmatch(r"[^@]+@[^@\s.]+(\.[^@\s.]+)+", address):
        raise _Wrong("not_an_email", "This is not an e-mail address.")
    return address


def _phone(field: Field, value: Any) -> str:
    text = _text(field, value)
    if not _PHONE.fullmatch(text):
        raise _Wrong("not_a_phone", "This is not a phone number.")
    return text


def _number(field: Field, value: Any) -> int | float:
    if isinstance(value, str):
        try:
            value = float(value.replace("\u00a0", "").replace(" ", "").replace(",", "."))
        except ValueError:
            raise _Wrong("not_a_number", "This is not a number.") from None
    if type(value) not in (int, float) or not math.isfinite(value):
        raise _Wrong("not_a_number", "This is not a number.")
    check_data(value, f"answers.{field.key}")
    if field.least is not None and value < field.least:
        raise _Wrong("too_small", f"The least is {field.least:g}.", field.least)
    if field.most is not None and value > field.most:
        raise _Wrong("too_large", f"The most is {field.most:g}.", field.most)
    found: int | float = int(value) if float(value).is_integer() and abs(value) < 2**53 else value
    return found


def _date(field: Field, value: Any) -> str:
    try:
        if not isinstance(value, str) or len(value) != 10:
            raise ValueError
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise _Wrong("not_a_date", "This is not a date.") from None


def _choice(field: Field, value: Any) -> str:
    if not isinstance(value, str) or value not in {choice.value for choice in field.choices}:
        raise _Wrong("not_a_choice", "This is none of the choices.")
    return value


def _choices(field: Field, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise _Wrong("wrong_type", "This takes a list of choices.")
    return list(dict.fromkeys(_choice(field, each) for each in value))


def _ticked(field: Field, value: Any) -> bool:
    if value is not True:
        raise _Wrong("wrong_type", "This is ticked or not: true or false.")
    return True


_READERS: dict[Kind, Callable[[Field, Any], Value]] = {
    "text": _text, "long_text": _text, "email": _email, "phone": _phone, "number": _number, "date": _date,
    "choice": _choice, "choices": _choices, "checkbox": _ticked, "consent": _ticked,
}  # fmt: skip
