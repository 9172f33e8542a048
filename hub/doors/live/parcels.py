"""What travels between nodes: a ready WebSocket frame, and a small header that says where it goes."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct

from hub.chat.events import InConversation, MessageSent, NoteAdded
from hub.core.event import Event, Face
from hub.doors.live.engine.frames import Outgoing
from storage.bus import LARGEST

StreamName = Literal["", "messages", "notes"]
_PARTITIONS = 64
_ROOM_FOR_HEAD = 4096


class Place(NamedTuple):
    """Where an event belongs: what keeps its order. Without a conversation there is none to keep."""

    app: int
    conversation: int
    stream: StreamName = ""
    position: int = 0


class Parcel(Struct, array_like=True, forbid_unknown_fields=True):
    """One event for one face, made where it happened. Without a frame: look in the store, this position is there."""

    app: int
    face: Face
    rooms: list[str]
    volatile: bool
    stream: StreamName
    conversation: int
    position: int
    frame: bytes

    @property
    def place(self) -> Place:
        """Where it belongs."""
        return Place(self.app, self.conversation, self.stream, self.position)


_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(Parcel).decode


def place_of(event: Event) -> Place:
    """Return where an event belongs."""
    if isinstance(event, MessageSent):
        return Place(event.app, event.conversation, "messages", event.message.position)
    if isinstance(event, NoteAdded):
        return Place(event.app, event.conversation, "notes", event.note.position)
    return Place(event.app, event.conversation if isinstance(event, InConversation) else 0)


def channel_of(app: int) -> str:
    """Return the channel that carries an application: 1/64 of all, so that a node hears little beside its own."""
    return f"events:{app % _PARTITIONS}"


def pack(place: Place, face: Face, rooms: list[str], out: Outgoing, volatile: bool) -> bytes:
    """Return a parcel for the other nodes. What is too large for the bus, they read from the store."""
    frame = out.frame
    if place.position and len(frame) + _ROOM_FOR_HEAD > LARGEST:
        frame = b""
    return _pack(Parcel(place.app, face, rooms, volatile, place.stream, place.conversation, place.position, frame))


def unpack(channel: str, body: bytes) -> tuple[Parcel, Outgoing | None]:
    """Return a parcel of another node and its packet. Raises ValueError or msgspec's errors for what is none."""
    parcel = _unpack(body)
    if channel_of(parcel.app) != channel:
        raise ValueError("a parcel on a channel of other applications")
    if not all(room.startswith(f"{parcel.app}:") for room in parcel.rooms):
        raise ValueError("a parcel for rooms of another application")
    if (parcel.position > 0) != bool(parcel.stream):
        raise ValueError("a position without a stream, or a stream without one")
    if not parcel.frame:
        if not parcel.stream:
            raise ValueError("a parcel with nothing in it")
        return parcel, None
    out = Outgoing.from_frame(parcel.frame)
    if not out.text.startswith(f"42/{parcel.face},[".encode()):  # type: ignore[union-attr]  # from_frame gives text
        raise ValueError("a frame that is no event for this face")
    return parcel, out
