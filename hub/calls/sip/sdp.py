"""Where sound goes and in which codec (RFC 8866; offer and answer: RFC 3264). G.711 and telephone-event (RFC 4733)."""

from __future__ import annotations

import ipaddress
import re
import secrets
from typing import Literal

from msgspec import Struct

from hub.calls.sip.message import Malformed

Codec = Literal["PCMU", "PCMA"]
Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]
_PAYLOADS: dict[int, Codec] = {0: "PCMU", 8: "PCMA"}
_DTMF = 101
_MIRRORED: dict[Direction, Direction] = {
    "sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive",
}  # fmt: skip
_EVENTS = re.compile(r"^(\d{1,3})\s+telephone-event/8000(?:/1)?$", re.I)
_MOST_LINES = 500


class NotAcceptable(ValueError):
    """A description without a stream that we could take part in."""


class Remote(Struct, frozen=True):
    """The far end of the sound: where to send it, in which codec (8 kHz, 20 ms), and the payload type of keys.

    direction  what the far end does: "sendonly" and "inactive" hold the call
    """

    host: str
    port: int
    codec: Codec
    dtmf: int | None
    direction: Direction = "sendrecv"

    @property
    def holds(self) -> bool:
        """Whether the far end put us on hold."""
        return self.direction in ("sendonly", "inactive")


class _Stream(Struct):
    kind: str
    port: int
    protocol: str
    formats: list[str]
    host: str
    direction: Direction
    dtmf: int | None = None

    def remote(self) -> Remote | None:
        codec = next((_PAYLOADS[int(each)] for each in self.formats if each in ("0", "8")), None)
        if self.kind != "audio" or self.protocol != "RTP/AVP" or not self.port or codec is None:
            return None
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            return None  # a name: nobody looks up what came from the network
        if address.is_unspecified:
            return Remote(self.host, self.port, codec, self.dtmf, "inactive")  # how calls were held before RFC 3264
        return None if address.is_multicast else Remote(self.host, self.port, codec, self.dtmf, self.direction)


class Media:
    """Our end of the sound of a call: says where we hear, and in an answer only what the far end offered."""

    def __init__(self, host: str, port: int, codecs: tuple[Codec, ...] = ("PCMA", "PCMU")) -> None:
        self.place, self._codecs = (host, port), codecs
        self._session, self._version = secrets.randbelow(2**31), 0
        self._agreed: Remote | None = None
        self.holds = False

    def offer(self) -> bytes:
        """Return an offer: our codecs and keys, or what was agreed before; on hold we send (music) and hear nothing."""
        codecs = [_payload(each) for each in (self._codecs if self._agreed is None else (self._agreed.codec,))]
        dtmf = _DTMF if self._agreed is None else self._agreed.dtmf
        return self._written([self._stream(codecs, dtmf, "sendonly" if self.holds else "sendrecv")])

    def agree(self, answer: bytes) -> Remote:
        """Take the answer to our offer. Raises NotAcceptable and Malformed."""
        self._agreed = _first(_read(answer))
        return self._agreed

    def answer(self, offer: bytes) -> tuple[bytes, Remote]:
        """Return our answer to an offer, and the far end. Raises NotAcceptable and Malformed."""
        streams = _read(offer)
        remote = _first(streams)
        wanted = _MIRRORED[remote.direction]
        if self.holds:
            wanted = "sendonly" if wanted == "sendrecv" else "inactive" if wanted == "recvonly" else wanted
        lines, taken = [], False
        for stream in streams:  # as many as were offered, in that order (RFC 3264, section 6)
            if stream.remote() is None or taken:
                lines.append(f"m={stream.kind} 0 {stream.protocol} {' '.join(stream.formats)}")
            else:
                lines.append(self._stream([_payload(remote.codec)], remote.dtmf, wanted))
                taken = True
        self._agreed = remote
        return self._written(lines), remote

    def _stream(self, codecs: list[int], dtmf: int | None, direction: Direction) -> str:
        formats = [*codecs, *([dtmf] if dtmf is not None else [])]
        lines = [f"m=audio {self.place[1]} RTP/AVP {' '.join(map(str, formats))}"]
        lines += [f"a=rtpmap:{each} {_PAYLOADS[each]}/8000" for each in codecs]
        if dtmf is not None:
            lines += [f"a=rtpmap:{dtmf} telephone-event/8000", f"a=fmtp:{dtmf} 0-15"]
        return "\r\n".join([*lines, "a=ptime:20", f"a={direction}"])

    def _written(self, streams: list[str]) -> bytes:
        self._version += 1
        host = f"IP6 {self.place[0]}" if ":" in self.place[0] else f"IP4 {self.place[0]}"
        head = ["v=0", f"o=- {self._session} {self._version} IN {host}", "s=-", f"c=IN {host}", "t=0 0"]
        return "\r\n".join([*head, *streams, ""]).encode()


def remote_of(body: bytes) -> Remote:
    """Return the far end that a description names. Raises NotAcceptable and Malformed."""
    return _first(_read(body))


def _first(streams: list[_Stream]) -> Remote:
    for stream in streams:
        if remote := stream.remote():
            return remote
    raise NotAcceptable("no G.711 over plain RTP")


def _payload(codec: Codec) -> int:
    return 0 if codec == "PCMU" else 8


def _read(body: bytes) -> list[_Stream]:
    lines = body.decode("utf-8", "replace").splitlines()
    if len(lines) > _MOST_LINES or not lines or lines[0].strip() != "v=0":
        raise Malformed("description")
    streams: list[_Stream] = []
    session = _Stream("", 0, "", [], "", "sendrecv")
    for line in lines:
        kind, _, value = line.strip().partition("=")
        if kind == "m":
            streams.append(_stream_of(value, session))
        else:
            _note(streams[-1] if streams else session, kind, value.strip())
    return streams


def _stream_of(value: str, session: _Stream) -> _Stream:
    parts = value.split()
    port = parts[1].partition("/")[0] if len(parts) > 3 else ""
    if not (port.isascii() and port.isdigit()) or len(port) > 5 or int(port) > 65_535:
        raise Malformed("stream")
    return _Stream(parts[0], int(port), parts[2].upper(), parts[3:], session.host, session.direction)


def _note(stream: _Stream, kind: str, value: str) -> None:
    if kind == "c":
        parts = value.split()
        stream.host = parts[2].partition("/")[0] if len(parts) == 3 else ""
    elif kind == "a" and value in _MIRRORED:
        stream.direction = value  # type: ignore[assignment]  # one of the keys
    elif kind == "a" and value.lower().startswith("rtpmap:"):
        found = _EVENTS.match(value[7:].strip())
        if found and found[1] in stream.formats:
            stream.dtmf = int(found[1])
