"""What comes in: a JSON object whose fields are attributes, in either version's spelling, with errors by field."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from aiohttp import BodyPartReader, MultipartReader, StreamReader, web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_exceptions import HttpProcessingError

from hub.core.errors import HubError, InvalidPayload
from hub.doors.api.compat import FieldErrors
from hub.doors.api.usercom.versions import Version
from hub.people.standard import Attribute, Subject
from hub.people.values import checked_value
from hub.people.vocabulary import Vocabulary

_LARGEST = 1_048_576
_FIELDS = 500

READ_ONLY = {
    "contact": {
        "id", "key", "user_key", "page_views", "created_at", "updated_at", "companies", "attributes", "lists", "segments",
        "last_contacted", "browser", "os_type", "resolution", "browser_language", "web_push_subscription", "chat_id",
        "last_ip", "first_seen", "last_seen",
    },
    "company": {
        "id", "created_at", "updated_at", "attributes", "employees", "segments", "members", "extra_data", "member_since",
    },
    "deal": {
        "id", "agent", "created_by", "created_at", "updated_at", "activities_status", "activities_status_updated_at",
        "attributes",
    },
    "activity": {"id", "created_by", "created_at", "updated_at", "attributes"},
    "product": {"id", "created_at", "updated_at", "attributes"},
}  # fmt: skip
"""subject → what a client may send back as it got it, and what is then left as it is"""
_SPELLINGS = {"firstname": "first_name", "lastname": "last_name"}
"""How one shop writes them, in the browser and over REST (`firstName`) → our name"""


async def read_object(request: web.Request) -> dict[str, Any]:
    """Return the JSON object of the body; a form's fields do as well. Raises FieldErrors."""
    if (request.content_length or 0) > _LARGEST:
        raise FieldErrors(non_field_errors="The body is larger than 1 MB.")
    try:
        raw = await request.read()
        if request.content_type == "application/x-www-form-urlencoded" and raw[:1] not in (b"{", b"["):
            given: Any = _form(raw)
        elif request.content_type == "multipart/form-data" and raw:
            given = await _parts(request, raw)
        else:
            given = msgspec.json.decode(raw or b"{}")
    except web.HTTPRequestEntityTooLarge:
        raise FieldErrors(non_field_errors="The body is larger than 1 MB.") from None
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, ValueError) as error:
        raise FieldErrors(non_field_errors=f"JSON parse error - {error}") from None
    if not isinstance(given, dict):
        raise FieldErrors(non_field_errors="Invalid data. Expected a dictionary.")
    if len(given) > _FIELDS:
        raise FieldErrors(non_field_errors=f"At most {_FIELDS} fields can be set at once.")
    return given


def _form(raw: bytes) -> dict[str, Any]:
    """Return the fields of a form. Raises FieldErrors for too many, before they are read."""
    if raw.count(b"&") >= _FIELDS:
        raise FieldErrors(non_field_errors=f"At most {_FIELDS} fields can be set at once.")
    return dict(parse_qsl(raw.decode(), keep_blank_values=True))


async def _parts(request: web.Request, raw: bytes) -> dict[str, Any]:
    """Return the texts of a form in parts; files are left out. Raises FieldErrors for too many, and for what is no form."""
    if raw.lower().count(b"content-disposition") > _FIELDS:
        raise FieldErrors(non_field_errors=f"At most {_FIELDS} fields can be set at once.")
    content = StreamReader(BaseProtocol(asyncio.get_running_loop()), limit=_LARGEST)
    content.feed_data(raw)
    content.feed_eof()
    fields: dict[str, Any] = {}
    try:
        async for part in MultipartReader(request.headers, content):
            if not isinstance(part, BodyPartReader) or not part.name:
                raise ValueError("a part has no name")
            if part.filename is None:
                fields[part.name] = bytes(await part.read()).decode()
    except (HttpProcessingError, AssertionError, ValueError) as error:
        raise FieldErrors(non_field_errors=f"Multipart form parse error - {str(error)[:200]}") from None
    return fields


def taken_of(given: dict[str, Any], *names: str) -> Any:
    """Take the first of these names that has a value out of a body, and drop the others; None for none."""
    found = [given.pop(name) for name in names if name in given]
    return next((each for each in found if each not in (None, "")), None)


def values_of(given: dict[str, Any], words: Vocabulary, subject: Subject, *, create: bool) -> dict[str, Any]:
    """Return attributes by their standard names, checked. Raises FieldErrors with User.com's sentences.

    Fields that nobody may set are left out, as a client sends back what it got. Unknown names are kept where they make
    attributes (`create`), and left out where they do not.
    """
    errors: dict[str, str] = {}
    found: dict[str, Any] = {}
    for name, value in given.items():
        attribute = words.attribute(subject, name) or words.attribute(subject, _SPELLINGS.get(name.lower(), ""))
        if attribute is None and name not in READ_ONLY[subject]:
            if create:
                found[name] = value
        elif attribute is not None and attribute.writable:
            sentence = _wrong(attribute, value)
            if sentence:
                errors[name] = sentence
            else:
                found[attribute.std] = value
    if errors:
        raise FieldErrors(**errors)
    return found


def _wrong(attribute: Attribute, value: Any) -> str | None:
    """Return what is wrong with a value in the words of Django's forms, or None."""
    try:
        checked_value(attribute, value)
    except InvalidPayload as error:
        return _sentence(attribute, value, error)
    return None


def _sentence(attribute: Attribute, value: Any, error: HubError) -> str:
    match attribute.type:
        case "fixed":
            with contextlib.suppress(msgspec.MsgspecError):
                return f'"{value if isinstance(value, str) else msgspec.json.encode(value).decode()}" is not a valid choice.'
        case "integer":
            return "A valid integer is required."
        case "float" | "decimal":
            return "A valid number is required."
        case "boolean":
            return "Must be a valid boolean."
        case "date":
            return "Date has wrong format. Use one of these formats instead: YYYY-MM-DD."
        case "datetime":
            return "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
        case "string" if isinstance(value, str) and len(value) > attribute.longest:
            return f"Ensure this field has no more than {attribute.longest} characters."
        case "string" if not isinstance(value, str):
            return "Not a valid string."
    return error.message


def creates_attributes(version: Version, subject: Subject) -> bool:
    """Tell whether an unknown name makes an attribute: not of users in the second version (`usercom-wire`, 1.5)."""
    return not (version == 2 and subject == "contact")


def own_id(value: Any, name: str) -> str:
    """Return a client's own id as text; a number does as well. Raises FieldErrors."""
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip() or len(str(value)) > 255:
        raise FieldErrors(**{name: "Not a valid string."})
    return str(value)


def whole(value: Any, name: str) -> int:
    """Return a number that an id can be; digits in a text do as well. Raises FieldErrors."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdecimal() and len(value) <= 18:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**53:
        raise FieldErrors(**{name: "A valid integer is required."})
    return value
