"""SIP messages: read from bytes, written as bytes. Whatever comes from the network becomes a message or `Malformed`."""

from __future__ import annotations

from collections.abc import Iterator

MAX_BYTES = 65_536
_MAX_HEADERS = 128
_MAX_LINE = 8_192
_COMPACT = {
    "v": "via", "f": "from", "t": "to", "m": "contact", "i": "call-id", "l": "content-length", "c": "content-type",
    "e": "content-encoding", "s": "subject", "k": "supported", "o": "event", "r": "refer-to", "b": "referred-by",
    "x": "session-expires", "u": "allow-events", "a": "accept-contact", "j": "reject-contact", "d": "request-disposition",
    "y": "identity",
}  # fmt: skip
_LISTS = {"via", "contact", "route", "record-route", "supported", "require", "allow", "p-asserted-identity"}
_SPELLED = {"call-id": "Call-ID", "cseq": "CSeq", "www-authenticate": "WWW-Authenticate"}
_TOKEN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-.!%*_+`'~")


class Malformed(ValueError):
    """Bytes that are no SIP message, or one beyond the limits."""


class Message:
    """A request (with `method` and `uri`) or an answer (with `status` and `reason`).

    Names of headers are lower case and never compact. Of headers that are lists each entry stands alone.
    """

    __slots__ = ("body", "headers", "method", "reason", "status", "uri")

    def __init__(self, method: str = "", uri: str = "", status: int = 0, reason: str = "", body: bytes = b"") -> None:
        self.method, self.uri, self.status, self.reason, self.body = method, uri, status, reason, body
        self.headers: list[tuple[str, str]] = []

    def get(self, name: str) -> str:
        """Return the first value of a header, "" where there is none."""
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> list[str]:
        """Return all values of a header, in order."""
        return [value for key, value in self.headers if key == name]

    def add(self, name: str, value: str) -> Message:
        """Add a header; return the message. Raises ValueError for a value that would begin a line of its own."""
        if any(char in value for char in "\r\n\0"):
            raise ValueError("A header is one line.")
        self.headers.append((name, value))
        return self

    def put(self, name: str, value: str) -> Message:
        """Set a header that stands once, in its place where it is there already; return the message."""
        at = next((at for at, (key, _) in enumerate(self.headers) if key == name), len(self.headers))
        self.headers = [each for each in self.headers if each[0] != name]
        self.add(name, value)
        self.headers.insert(at, self.headers.pop())
        return self

    @property
    def sequence(self) -> tuple[int, str]:
        """The number and the method of CSeq."""
        number, _, method = self.get("cseq").partition(" ")
        return int(number), method.strip()

    def __bytes__(self) -> bytes:
        """Return the message as it is sent."""
        first = f"{self.method} {self.uri} SIP/2.0" if self.method else f"SIP/2.0 {self.status} {self.reason}"
        lines = [first, *(f"{_spelled(name)}: {value}" for name, value in self.headers if name != "content-length")]
        head = "\r\n".join([*lines, f"Content-Length: {len(self.body)}", "", ""])
        return head.encode("utf-8", "surrogateescape") + self.body

    def __repr__(self) -> str:
        return f"<{self.method or self.status} {self.get('cseq')} {self.get('call-id')}>"


def parse(data: bytes) -> Message:
    """Return the message that a datagram holds. Raises Malformed, and nothing else, for whatever else it holds."""
    if len(data) > MAX_BYTES:
        raise Malformed("too long")
    head, gap, body = data.lstrip(b"\r\n").partition(b"\r\n\r\n")
    if not gap:
        raise Malformed("no end of the headers")
    lines = head.decode("utf-8", "surrogateescape").split("\r\n")
    message = _first(lines[0])
    for name, value in _unfolded(lines[1:]):
        _put(message, name, value)
    message.body = _cut(message, body)
    _check(message)
    return message


def length_of(head: bytes) -> int:
    """Return the length of the body that these headers announce, as a stream needs it before the body is there.

    Raises Malformed where they do not say: on a stream nobody could tell where the next message begins.
    """
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() in (b"content-length", b"l"):
            return _number(value.decode("latin-1").strip(), MAX_BYTES)
    raise Malformed("no length on a stream")


def _first(line: str) -> Message:
    parts = line.split(" ", 2)
    if len(line) > _MAX_LINE or len(parts) < 3:
        raise Malformed("first line")
    if parts[0].upper() == "SIP/2.0":
        status = _number(parts[1], 699)
        if status < 100:
            raise Malformed("status")
        return Message(status=status, reason=parts[2])
    method, uri, version = parts
    if version.upper() != "SIP/2.0" or not uri or not _is_token(method) or _has_controls(uri):
        raise Malformed("first line")
    return Message(method=method, uri=uri)


def _unfolded(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield names and values; a line that begins with a space goes on with the one before (section 7.3.1)."""
    whole: list[str] = []
    for line in lines:
        if line[:1] in (" ", "\t"):
            if not whole:
                raise Malformed("goes on with nothing")
            whole[-1] += " " + line.strip()
        else:
            whole.append(line)
        if len(whole) > _MAX_HEADERS or len(whole[-1]) > _MAX_LINE:
            raise Malformed("too many or too long headers")
    for line in whole:
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if not colon or not _is_token(name) or _has_controls(value):
            raise Malformed("header")
        yield _COMPACT.get(name, name), value.strip()


def _put(message: Message, name: str, value: str) -> None:
    entries = split(value) if name in _LISTS else [value]
    if len(message.headers) + len(entries) > 2 * _MAX_HEADERS:
        raise Malformed("too many entries")
    message.headers.extend((name, entry) for entry in entries)


def split(value: str, by: str = ",") -> list[str]:
    """Return the entries of a list, without empty ones; a separator in quotes or in angle brackets does not separate."""
    entries, start, quoted, deep, skip = [], 0, False, 0, False
    for at, char in enumerate(value):
        if skip:
            skip = False
        elif quoted and char == "\\":
            skip = True
        elif char == '"':
            quoted = not quoted
        elif not quoted and char in "<>":
            deep = 1 if char == "<" else 0
        elif char == by and not quoted and not deep:
            entries.append(value[start:at].strip())
            start = at + 1
    return [entry for entry in (*entries, value[start:].strip()) if entry]


def _cut(message: Message, body: bytes) -> bytes:
    announced = message.get("content-length")
    if not announced:
        return body
    length = _number(announced, MAX_BYTES)
    if length > len(body):
        raise Malformed("shorter than announced")
    return body[:length]  # what comes behind is to be ignored (section 18.3)


def _check(message: Message) -> None:
    """Every message has these (section 8.1.1); without them nobody could answer it or know what it answers."""
    for name in ("via", "from", "to", "call-id", "cseq"):
        if not message.get(name):
            raise Malformed(f"no {name}")
    number, _, method = message.get("cseq").partition(" ")
    _number(number, 2**31 - 1)
    if not _is_token(method.strip()) or (message.method and method.strip() != message.method):
        raise Malformed("sequence")


def _number(text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 10 or int(text) > most:
        raise Malformed("number")
    return int(text)


def _is_token(text: str) -> bool:
    return 0 < len(text) <= 64 and set(text.lower()) <= _TOKEN


def _has_controls(text: str) -> bool:
    return any(char < " " and char != "\t" for char in text)


def _spelled(name: str) -> str:
    return _SPELLED.get(name) or "-".join(part.capitalize() for part in name.split("-"))
