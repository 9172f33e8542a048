"""Server frames of the WebSocket protocol, built once and sent as they are."""

from base64 import b64encode
from struct import Struct

_short = Struct("!BB").pack
_medium = Struct("!BBH").pack
_long = Struct("!BBQ").pack
_code = Struct("!H").pack

_TEXT = 0x81
_BINARY = 0x82
_CLOSE = 0x88
_PONG = 0x8A

SEPARATOR = "\x1e"  # between packets of one polling payload


def _frame(opcode: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return _short(opcode, size) + payload
    if size < 65536:
        return _medium(opcode, 126, size) + payload
    return _long(opcode, 127, size) + payload


def text_frame(payload: bytes) -> bytes:
    """One whole text message (UTF-8 bytes), unmasked as servers send it."""
    return _frame(_TEXT, payload)


def binary_frame(payload: bytes) -> bytes:
    """One whole binary message."""
    return _frame(_BINARY, payload)


def pong_frame(payload: bytes) -> bytes:
    """The answer to a WebSocket ping (not to be confused with Engine.IO's)."""
    return _frame(_PONG, payload)


def close_frame(code: int, reason: str) -> bytes:
    """A close frame; the reason is cut to the 123 bytes that fit a control frame."""
    text = reason.encode(errors="replace")[:123].decode(errors="ignore").encode()
    return _frame(_CLOSE, _code(code) + text)


class Outgoing:
    """One message on its way out: made once, then written to any number of sockets over either transport.

    `text` is an Engine.IO packet (its type digit and what follows) and `blobs` are binary messages that belong
    behind it; nothing can come between them.
    """

    __slots__ = ("_payload", "blobs", "count", "frame", "text")

    def __init__(self, text: bytes | None, blobs: tuple[bytes, ...] = (), frame: bytes | None = None) -> None:
        self.text = text
        self.blobs = blobs
        self.count = len(blobs) + (text is not None)
        if frame is None:
            frame = b"" if text is None else text_frame(text)
            if blobs:
                frame += b"".join(binary_frame(blob) for blob in blobs)
        self.frame = frame  # the bytes for a WebSocket
        self._payload: str | None = None

    @property
    def payload(self) -> str:
        """The text for long-polling, where binary travels as base64."""
        payload = self._payload
        if payload is None:
            parts = [] if self.text is None else [self.text.decode()]
            parts += ["b" + b64encode(blob).decode() for blob in self.blobs]
            payload = self._payload = SEPARATOR.join(parts)
        return payload

    @classmethod
    def from_frame(cls, frame: bytes) -> "Outgoing":
        """Take over one whole text frame that `frame` of another packet gave. Raises ValueError for anything else."""
        size, start = (frame[1], 2) if len(frame) > 1 else (0, 0)
        if size == 126:
            size, start = int.from_bytes(frame[2:4]), 4
        elif size == 127:
            size, start = int.from_bytes(frame[2:10]), 10
        if not start or frame[0] != _TEXT or len(frame) != start + size:
            raise ValueError("not one whole text frame of a server")
        return cls(frame[start:], frame=frame)

    @classmethod
    def message(cls, encoded: str | bytes | list[str | bytes]) -> "Outgoing":
        """Wrap what a packet class of python-socketio encoded as Engine.IO messages."""
        parts = encoded if isinstance(encoded, list) else [encoded]
        text = None
        if isinstance(parts[0], str):
            text = b"4" + parts[0].encode()
            parts = parts[1:]
        return cls(text, tuple(bytes(part) for part in parts if not isinstance(part, str)))


OPEN = b"0"
CLOSE = Outgoing(b"1")
PING = Outgoing(b"2")
NOOP = Outgoing(b"6")
PROBE_ANSWER = text_frame(b"3probe")
