"""From an event to the sockets that hear it: audience → rooms → every node → every socket, in the order of positions.

The node where an event happened renders and encodes it once; the others get the same bytes and decode only the header.
What has a position is shown in its order: a position that was shown is dropped, and a gap (another node's message that
has not come yet, or was lost with Redis) is read from the store before what came behind it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any

import msgspec
import socketio
from msgspec import Struct

from hub.chat.collections import MESSAGES, NOTES
from hub.chat.events import MessageSent, NoteAdded
from hub.chat.present import message_of, note_of
from hub.core.event import Event, Face
from hub.core.hub import Hub
from hub.doors.live.missed import missed_events
from hub.doors.live.wire import EVENTS, LOCAL, SAME_FOR_BOTH, VOLATILE
from storage.engine import Scope, Stream

_STREAMS_HELD = 100_000
_PARTITIONS = 64
_MARGIN = 5.0
"""Seconds before the bus was noticed to be away, in which something may have been lost already."""


class Parcel(Struct, array_like=True):
    """One rendered event for one face: what travels between nodes. `rooms` and the header are all that is decoded."""

    app: int
    face: Face
    rooms: list[str]
    name: str
    volatile: bool
    stream: str
    conversation: int
    position: int
    body: bytes


class Missed(Struct, frozen=True):
    """An event that another node has published already: shown here, and not sent on."""

    event: Event


class Delivery:
    """Tells sockets what happened, one event after the other."""

    def __init__(self, hub: Hub, sockets: socketio.AsyncServer) -> None:
        self._hub, self._sockets = hub, sockets
        self._queue: asyncio.Queue[Event | Parcel | Missed] = asyncio.Queue()
        self._shown: OrderedDict[str, int] = OrderedDict()
        self._channels: dict[str, Any] = {}
        self._apps: set[int] = set()
        self._encode = msgspec.json.Encoder().encode
        self._pack, self._unpack = msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(Parcel).decode
        for event in EVENTS:
            hub.listen(event, self._queue.put_nowait)
        hub.bus.on_heal(self._healed)

    async def run(self) -> None:
        """Deliver until cancelled. One task does it all, so nothing overtakes."""
        while True:
            item = await self._queue.get()
            try:
                if isinstance(item, Parcel):
                    await self._show(item)
                    continue
                event = item.event if isinstance(item, Missed) else item
                for parcel in await self._parcels(event):
                    await self._show(parcel)
                    if event is item and type(event) not in LOCAL:
                        self._hub.bus.publish(_channel(parcel.app), self._pack(parcel))
            except Exception as error:
                self._hub.log.error("an event did not reach its sockets", event=type(item).__name__, exc_info=error)

    def hold(self, app: int) -> None:
        """Hear what other nodes publish for an application. One channel carries 1/64 of all applications."""
        self._apps.add(app)
        channel = _channel(app)
        if channel not in self._channels:
            self._channels[channel] = self._hub.bus.subscribe(channel, self._hear)

    def _healed(self, away: float) -> None:
        if away:
            self._hub.spawn("catch up", self._catch_up(away))

    async def _catch_up(self, away: float) -> None:
        """Show this node's sockets what the others stored while the bus was away."""
        since = self._hub.clock.now() - int((away + _MARGIN) * 1000)
        for app in list(self._apps):
            async for event in missed_events(self._hub, Scope(app), since):
                self._queue.put_nowait(Missed(event))

    def _hear(self, body: bytes) -> None:
        self._queue.put_nowait(self._unpack(body))

    async def _parcels(self, event: Event) -> list[Parcel]:
        name, render = EVENTS[type(event)]
        rooms: dict[Face, list[str]] = {}
        for room in event.rooms():
            rooms.setdefault(room.face, []).append(room.name)
        stream, conversation, position = _place(event)
        parcels: list[Parcel] = []
        for face in rooms:
            if parcels and type(event) in SAME_FOR_BOTH:
                body = parcels[0].body
            else:
                body = self._encode(await render(self._hub, event, face))
            parcels.append(
                Parcel(
                    event.app,
                    face,
                    rooms[face],
                    name,
                    type(event) in VOLATILE,
                    f"{face[0]}{stream}" if stream else "",
                    conversation,
                    position,
                    body,
                )
            )
        return parcels

    async def _show(self, parcel: Parcel) -> None:
        """Write a parcel to this node's sockets, after what is missing before it."""
        if parcel.stream:
            shown = self._shown.get(parcel.stream)
            if shown is not None and parcel.position <= shown:
                return
            if shown is not None and parcel.position > shown + 1:
                await self._fill(parcel, shown)
            self._shown[parcel.stream] = parcel.position
            self._shown.move_to_end(parcel.stream)
            if len(self._shown) > _STREAMS_HELD:
                self._shown.popitem(last=False)
        await self._emit(parcel, parcel.body)

    async def _fill(self, parcel: Parcel, shown: int) -> None:
        stream: Stream = NOTES if parcel.name == "note" else MESSAGES
        missing = parcel.position - shown - 1
        records = await self._hub.store.read(Scope(parcel.app), stream, parcel.conversation, after=shown, limit=missing)
        for record in records[:missing]:
            if stream is NOTES:
                body = self._encode(note_of(parcel.conversation, record))
            else:
                body = self._encode(message_of(self._hub, parcel.app, parcel.conversation, record))
            await self._emit(parcel, body)

    async def _emit(self, parcel: Parcel, body: bytes) -> None:
        await self._sockets.emit(
            parcel.name, msgspec.Raw(body), room=parcel.rooms, namespace=f"/{parcel.face}", volatile=parcel.volatile
        )  # type: ignore[call-arg]


def _channel(app: int) -> str:
    return f"hub:{app % _PARTITIONS}"


def _place(event: Event) -> tuple[str, int, int]:
    """Return (stream, conversation, position) of what has one."""
    if isinstance(event, MessageSent):
        return f"m{event.app}:{event.conversation}", event.conversation, event.message.position
    if isinstance(event, NoteAdded):
        return f"n{event.app}:{event.conversation}", event.conversation, event.note.position
    return "", 0, 0
