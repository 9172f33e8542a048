"""From an event to the sockets that hear it: audience → rooms → every node → every socket, in the order of positions.

The node where an event happened renders and frames it once; the others write the same bytes to their sockets. What has a
position is shown in its order: a position that was shown is dropped, and a gap (another node's message that has not come
yet, or was lost with Redis) is read from the store before what came behind it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from typing import Any

import msgspec
from msgspec import Struct

from hub.chat.collections import MESSAGES, NOTES
from hub.chat.edited import as_now, notes_as_now
from hub.chat.events import ConversationChanged
from hub.chat.present import message_of, note_of
from hub.core.event import Event, Face
from hub.core.hub import Hub
from hub.core.nodes import Nodes
from hub.doors.live.catch_up import CatchUp
from hub.doors.live.chosen import Chosen
from hub.doors.live.crowds import Crowds
from hub.doors.live.engine import SocketServer
from hub.doors.live.engine.frames import Outgoing
from hub.doors.live.holding import Holding
from hub.doors.live.parcels import Parcel, Place, channel_of, pack, place_of, unpack
from hub.doors.live.wire import EVENTS, LOCAL, SAME_FOR_BOTH, VOLATILE
from storage.engine import Scope, StorageError, Unavailable

_STREAMS_HELD = 100_000
_PAUSE = 0.5
_TRIES = 120
"""A minute for the store to come back; behind that its clients find the gap by themselves."""
_PAGE = 500


class Missed(Struct, frozen=True):
    """An event that another node has announced, or should have: shown here, and not sent on."""

    event: Event


Item = tuple[Place, "Event | Missed | tuple[Parcel, Outgoing | None]"]
Conversation = tuple[int, int]


class Delivery:
    """Tells sockets what happened, in the order of each conversation."""

    def __init__(self, hub: Hub, sockets: SocketServer, chosen: Chosen) -> None:
        self._hub, self._sockets, self._chosen = hub, sockets, chosen
        self._queue: deque[Item] = deque()
        self._came: asyncio.Future[None] | None = None  # while `run` waits for an item
        self._lanes: dict[Conversation, deque[Item]] = {}
        self._shown: OrderedDict[tuple[int, Face, str, int], int] = OrderedDict()
        self.crowds = Crowds(hub)
        self._encode = msgspec.json.Encoder().encode
        self.catch_up = CatchUp(hub, self._take_missed, self._queue.__len__)
        self.holding = Holding(hub, self._hear, self.catch_up.since, self._forget)
        self.filled = 0
        self._handling = 0
        for event in EVENTS:
            hub.listen(event, self._take)
        hub.part(Nodes).on_missed(lambda back: self.catch_up.since(back, self.holding.apps))

    @property
    def lanes(self) -> int:
        """How many conversations wait for the store at the moment."""
        return len(self._lanes)

    @property
    def idle(self) -> bool:
        """Whether everything that happened has been told."""
        return not self._queue and not self._lanes and not self._handling

    async def run(self) -> None:
        """Deliver until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            if not self._queue:
                self._came = loop.create_future()
                await self._came
            item = self._queue.popleft()
            place = item[0]
            lane = self._lanes.get(place[:2])
            if lane is not None:
                lane.append(item)
            elif place.conversation and self._needs_store(item):
                self._lanes[place[:2]] = lane = deque((item,))
                self._hub.spawn("delivery lane", self._run_lane(place[:2], lane))
            else:
                await self._handle(item)

    # ── where events come from ───────────────────────────────────────────────────────────────────────────────────────

    def _put(self, item: Item) -> None:
        self._queue.append(item)
        if self._came is not None and not self._came.done():
            self._came.set_result(None)

    def _take(self, event: Event) -> None:
        if not self.crowds.passes(event):
            return
        self._put((place_of(event), event))

    def _take_missed(self, event: Event) -> None:
        self._put((place_of(event), Missed(event)))

    def _hear(self, channel: str, body: bytes) -> None:
        parcel, out = unpack(channel, body)
        self._put((parcel.place, (parcel, out)))

    # ── one after the other, per conversation ────────────────────────────────────────────────────────────────────────

    def _needs_store(self, item: Item) -> bool:
        """Tell whether showing it may have to wait: then only what belongs to its conversation waits too."""
        place, what = item
        if isinstance(what, tuple):
            parcel, out = what
            return out is None or self._has_gap(place, parcel.face)
        event = what.event if isinstance(what, Missed) else what
        return isinstance(event, ConversationChanged) or any(self._has_gap(place, face) for face in _FACES)

    def _has_gap(self, place: Place, face: Face) -> bool:
        shown = self._shown.get((place.app, face, place.stream, place.conversation))
        return place.position > 0 and shown is not None and place.position > shown + 1

    async def _run_lane(self, key: Conversation, lane: deque[Item]) -> None:
        try:
            while lane:
                await self._handle(lane.popleft())
        finally:
            del self._lanes[key]

    async def _handle(self, item: Item) -> None:
        place, what = item
        self._handling += 1
        try:
            for _ in range(_TRIES):
                try:
                    if isinstance(what, tuple):
                        parcel, out = what
                        await self._show(place, parcel.face, parcel.rooms, out, parcel.volatile)
                    else:
                        await self._deliver(place, what)
                    return
                except Unavailable:
                    await asyncio.sleep(_PAUSE)
            raise StorageError("the store was away for too long")
        except Exception as error:
            self._hub.log.error("an event did not reach its sockets", told=_name(what), exc_info=error)
        finally:
            self._handling -= 1

    async def _deliver(self, place: Place, what: Event | Missed) -> None:
        """Render an event for its faces; tell the other nodes first, for they have the longer way, then this one's."""
        event = what.event if isinstance(what, Missed) else what
        tells_others = event is what and type(event) not in LOCAL and not self._hub.bus.alone
        volatile = type(event) in VOLATILE
        if not (tells_others or event.app in self.holding):
            return
        for face, rooms, out in await self._rendered(event):
            if tells_others:
                body = pack(place, face, rooms, out, volatile)
                self._hub.bus.publish(channel_of(event.app), body, keep=not volatile)
            await self._show(place, face, rooms, out, volatile)

    async def _rendered(self, event: Event) -> list[tuple[Face, list[str], Outgoing]]:
        name, render = EVENTS[type(event)]
        rooms: dict[Face, list[str]] = {}
        for room in event.rooms():
            rooms.setdefault(room.face, []).append(room.name)
        body: Any = None
        packets: list[tuple[Face, list[str], Outgoing]] = []
        for face in rooms:
            if body is None or type(event) not in SAME_FOR_BOTH:
                body = msgspec.Raw(self._encode(await render(self._hub, event, face)))
            packets.append((face, rooms[face], self._sockets.encode(name, body, f"/{face}")))
        return packets

    # ── to the sockets of this node ──────────────────────────────────────────────────────────────────────────────────

    async def _show(self, place: Place, face: Face, rooms: list[str], out: Outgoing | None, volatile: bool) -> None:
        """Write a packet to this node's sockets, behind what is missing before it."""
        if place.app not in self.holding:
            return
        if not place.stream:
            await self._write(face, rooms, out, volatile)
            return
        key = (place.app, face, place.stream, place.conversation)
        shown = self._shown.get(key, place.position - 1)
        if place.position <= shown:
            return
        behind = place.position if out is None else place.position - 1
        if shown < behind and self._is_anybody_in(rooms, face):
            await self._fill(place, face, rooms, shown, behind)
        self._note(key, place.position)
        await self._write(face, rooms, out, volatile)

    def _is_anybody_in(self, rooms: list[str], face: Face) -> bool:
        return any(True for _ in self._sockets.manager.get_participants(f"/{face}", rooms))

    async def _fill(self, place: Place, face: Face, rooms: list[str], shown: int, last: int) -> None:
        """Show the records behind one position up to another."""
        stream, as_said = (NOTES, notes_as_now) if place.stream == "notes" else (MESSAGES, as_now)
        while shown < last:
            limit = min(last - shown, _PAGE)
            records = await self._hub.store.read(Scope(place.app), stream, place.conversation, after=shown, limit=limit)
            for record in await as_said(self._hub, Scope(place.app), records):
                if stream is NOTES:
                    name, body = "note", self._encode(note_of(place.conversation, record))
                else:
                    name, body = "message", self._encode(message_of(self._hub, place.app, place.conversation, record))
                shown = record["position"]
                self._note((place.app, face, place.stream, place.conversation), shown)
                self.filled += 1
                await self._write(face, rooms, self._sockets.encode(name, msgspec.Raw(body), f"/{face}"), False)
            if len(records) < limit:
                return

    async def _write(self, face: Face, rooms: list[str], out: Outgoing | None, volatile: bool) -> None:
        if out is not None:
            await self._sockets.send_encoded(out, self._chosen.sockets(rooms), f"/{face}", volatile)

    def _note(self, key: tuple[int, Face, str, int], position: int) -> None:
        """Remember what this node has shown of a stream."""
        self._shown[key] = position
        self._shown.move_to_end(key)
        if len(self._shown) > _STREAMS_HELD:
            self._shown.popitem(last=False)

    def _forget(self, apps: set[int]) -> None:
        """What is not heard any more moves on unseen: the next that is shown of it is no gap."""
        for key in [key for key in self._shown if key[0] in apps]:
            del self._shown[key]


_FACES: tuple[Face, Face] = ("visitor", "agent")


def _name(what: Any) -> str:
    return type(what.event if isinstance(what, Missed) else what).__name__
