"""Reads the headers of mails, of which half is not as it should be: whatever stands there, something readable comes out."""

from __future__ import annotations

import re
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime

from msgspec import Struct

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_IDS = re.compile(r"<[^<>\s]{1,400}>")
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\]{1,64}@[^\s@<>\"(),:;\\]{1,190}")
_REPLIES = re.compile(r"^\s*(?:(?:re|odp|aw|sv|fwd?|pd|tr|wg|antw|vs|ynt)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")
_LONGEST, _LONGEST_LIST = 500, 50_000
_MOST_IDS = 50


class Address(Struct, frozen=True):
    """Somebody's address in small letters, and the name beside it."""

    email: str
    name: str = ""


def text_of(message: Message, name: str) -> str:
    """Return a header as text in one line: decoded, without what could break into something else."""
    value = message.get(name)
    return clean(decoded(str(value))) if value is not None else ""


def decoded(value: str) -> str:
    """Return encoded words as text; what can't be decoded as well as it goes."""
    try:
        return "".join(
            part if isinstance(part, str) else bytes_as_text(part, charset) for part, charset in decode_header(value)
        )
    except Exception:  # the library raises this and that for words of other programs' making
        return value


def bytes_as_text(data: bytes, charset: str | None) -> str:
    """Return bytes as text: in the charset that they say, else UTF-8, else what Windows writes in Poland."""
    for each in (charset, "utf-8", "cp1250"):
        try:
            if each:
                return data.decode(each)
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("latin-1")


def clean(text: str) -> str:
    """Return text in one line, without characters that steer, and not too long."""
    return " ".join(_CONTROLS.sub(" ", text).split())[:_LONGEST]


def addresses(message: Message, *names: str) -> list[Address]:
    """Return the addresses of some headers, each once.

    Python's own reader takes what encoded words hide for the header itself, and `a@x <b@y>` for nothing.
    """
    found: dict[str, Address] = {}
    for value in (str(value)[:_LONGEST_LIST] for name in names for value in message.get_all(name, [])):
        for item in _items(value):
            before, opened, rest = item.rpartition("<")
            email = (rest.partition(">")[0] if opened else _COMMENT.sub("", item)).strip().lower()
            if _ADDRESS.fullmatch(email) and email not in found:
                name = clean(decoded(" ".join(before.split()).strip('"').replace("\\", "")))
                found[email] = Address(email, name.strip("'\" ")[:100])
    return list(found.values())


def _items(value: str) -> list[str]:
    """Return a list of addresses one by one: commas between quotes part nothing, where the quotes are closed."""
    items, begun, quoted = [], 0, False
    closed = value.count('"') % 2 == 0
    for index, sign in enumerate(value):
        if sign == '"' and closed and value[index - 1 : index] != "\\":
            quoted = not quoted
        elif sign in ",;" and not quoted:
            items.append(value[begun:index])
            begun = index + 1
    return [*items, value[begun:]]


def ids(message: Message, *names: str) -> list[str]:
    """Return the message ids of some headers, each once, in their order; of very many the newest ones."""
    found = [each for name in names for value in message.get_all(name, []) for each in _IDS.findall(str(value))]
    return list(dict.fromkeys(found))[-_MOST_IDS:]


def date_of(message: Message) -> int | None:
    """Return when the mail says that it was written (UTC milliseconds), or None."""
    try:
        return int(parsedate_to_datetime(str(message.get("Date"))).timestamp() * 1000)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def bare_start(subject: str) -> str:
    """Return a subject without the Re: and Odp: before it."""
    return _REPLIES.sub("", subject).strip()


def bare_subject(subject: str) -> str:
    """Return a subject without the Re: and Odp: before it, to compare."""
    return bare_start(subject).casefold()


def is_reply(subject: str) -> bool:
    """Tell whether a subject says that it is an answer."""
    return _REPLIES.match(subject) is not None


def children(part: Message) -> list[Message]:
    """Return the parts of a part, or none."""
    inner = part.get_payload()
    return [each for each in inner if isinstance(each, Message)] if isinstance(inner, list) else []
