"""Who is in which room, and one frame for all of them."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from functools import partial
from itertools import count
from typing import Any

from socketio import packet as stock
from socketio.async_manager import AsyncManager

from .frames import Outgoing
from .handlers import call
from .packet import outgoing
from .socket import EngineSocket

# So many sockets are written to before other work of the loop gets its turn: about 4 ms.
_AT_ONCE = 500

# A packet for so many is written to each at once, if it is the first such one of the turn.
_CROWD = 50

# A client hears that it is in, and in a later segment what else it is told. Programs that wait for one message and then
# for the next (Node's `ws` calls back for all messages of a segment in one go) would miss the second of two.
_BREATH = 0.01
_MUCH = 16 * 1024  # bytes; so much is not held back for that

# A client that never answers does not make us remember more questions than this.
_MAX_UNANSWERED = 1000


class Waiting:
    """Stands in a room for a client that has not heard yet that it is connected, and keeps what it will be told."""

    __slots__ = ("_limit", "_size", "kept", "link", "release", "settled", "socket")

    def __init__(self, socket: EngineSocket) -> None:
        self.socket = socket
        self.link = None
        self.kept: list[Outgoing] = []
        self.release: Callable[[], None] | None = None  # set once the client is let in
        self.settled = False
        self._size = 0
        self._limit = socket.server.max_unsent

    @property
    def sid(self) -> str:
        """The id of the transport, as on a socket."""
        return self.socket.sid

    def push(self, out: Outgoing, volatile: bool = False) -> None:
        """Keep a packet until the client has heard that it is connected."""
        if self.settled:  # while a broadcast to many was on its way, which goes on with the room as it was
            self.socket.push(out, volatile)
            return
        if volatile and self.release is None:
            return
        size = len(out.frame)
        if self._size and self._size + size > self._limit:
            self.socket.server.cut_slow(self.socket)
            return
        self._size += size
        self.kept.append(out)
        if self.release is not None and self._size > _MUCH:
            self.release()


Member = EngineSocket | Waiting
Room = dict[str, Member]


class Manager(AsyncManager):
    """The client manager of one process.

    Replaces what socketio.BaseManager and AsyncManager of 5.18.1 do with bidicts: there, a disconnect looks at every
    room, pending clients are searched in lists, and an emit makes a task for each recipient.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rooms: dict[str, dict[Any, Room]] = {}  # namespace → room → sid → socket; room None holds everyone
        self._rooms_of: dict[str, set[Any]] = {}  # sid → rooms, without None and its own
        self._sids: dict[str, dict[str, str]] = {}  # transport's id → namespace → sid
        self._numbers = count(1)
        self.pending_connect: dict[str, set[str]] = {}
        self.pending_disconnect: dict[str, set[str]] = {}
        self.settling: dict[str, asyncio.TimerHandle] = {}  # sid → when it is told what waits for it

    # --- who is here

    def namespaces_of(self, eio_sid: str) -> list[str]:
        """The namespaces in which a transport has a client, connected or on its way in or out."""
        return list(self._sids.get(eio_sid, ()))

    def sid_from_eio_sid(self, eio_sid: str, namespace: str) -> str | None:
        """The client's id in a namespace."""
        sids = self._sids.get(eio_sid)
        return None if sids is None else sids.get(namespace)

    def eio_sid_from_sid(self, sid: str, namespace: str) -> str | None:
        """The id of the transport that carries a client."""
        member = self._everyone(namespace).get(sid)
        return None if member is None else member.sid

    def is_connected(self, sid: str | None, namespace: str) -> bool:
        """Whether a client has been let in and is not on its way out."""
        return (
            sid in self._everyone(namespace)
            and sid not in self.pending_connect.get(namespace, ())
            and sid not in self.pending_disconnect.get(namespace, ())
        )

    def is_pre_connected(self, sid: str, namespace: str) -> bool:
        """Whether a client's connect handler is still running."""
        return sid in self.pending_connect.get(namespace, ())

    def is_sid_room(self, namespace: str, room: Any) -> bool:
        """Whether a room is a client's own."""
        return room in self._everyone(namespace)

    def get_rooms(self, sid: str, namespace: str) -> list[Any]:
        """The rooms of a client, its own among them."""
        if sid not in self._everyone(namespace):
            return []
        return [sid, *self._rooms_of.get(sid, ())]

    def get_participants(self, namespace: str, room: Any) -> Iterator[tuple[str, str]]:
        """Pairs of client and transport ids in a room, or in any of several, each client once."""
        for sid, member in list(self._members(namespace, room).items()):
            yield sid, member.sid

    def _everyone(self, namespace: str) -> Room:
        rooms = self.rooms.get(namespace)
        return {} if rooms is None else rooms[None]

    def _members(self, namespace: str, room: Any) -> Room:
        rooms = self.rooms.get(namespace)
        if rooms is None:
            return {}
        if isinstance(room, list | tuple | set | frozenset):
            if len(room) == 1:
                return self._members(namespace, next(iter(room)))
            members: Room = {}
            for one in room:
                members |= self._members(namespace, one)
            return members
        found = rooms.get(room)
        if found is not None:
            return found
        own = rooms[None].get(room)
        return {} if own is None else {room: own}

    # --- coming and going

    async def pre_connect(self, eio_sid: str, namespace: str) -> str | None:
        """Give a client its id; None if it has one already or its transport is gone."""
        socket = self.server.eio.sockets.get(eio_sid)
        if socket is None or self.sid_from_eio_sid(eio_sid, namespace) is not None:
            return None
        sid = self.server.eio.generate_id()
        self.rooms.setdefault(namespace, {None: {}})[None][sid] = Waiting(socket)
        self._sids.setdefault(eio_sid, {})[namespace] = sid
        self.pending_connect.setdefault(namespace, set()).add(sid)
        return sid

    async def connect(self, sid: str, namespace: str) -> str | None:
        """Let a client in, and tell it what was said to it meanwhile."""
        if not self.is_pre_connected(sid, namespace):
            entered = await self.pre_connect(sid, namespace)  # then it is the transport's id
            if entered is None:
                return None
            sid = entered
        _discard(self.pending_connect, namespace, sid)
        waiting = self.rooms[namespace][None][sid]
        if isinstance(waiting, Waiting) and waiting.socket.upgraded:
            waiting.release = partial(self.settle, sid, namespace)
            self.settling[sid] = asyncio.get_running_loop().call_later(_BREATH, waiting.release)
        else:
            self.settle(sid, namespace)
        return sid

    def settle(self, sid: str, namespace: str) -> None:
        """Tell a client that was let in what waits for it, and from now on everything at once."""
        timer = self.settling.pop(sid, None)
        if timer is not None:
            timer.cancel()
        waiting = self._everyone(namespace).get(sid)
        if isinstance(waiting, Waiting):
            rooms = self.rooms[namespace]
            for room in (None, *self._rooms_of.get(sid, ())):
                rooms[room][sid] = waiting.socket
            waiting.settled = True
            for out in waiting.kept:
                waiting.socket.push(out)

    def pre_disconnect(self, sid: str, namespace: str) -> str | None:
        """Note that a client is leaving; its rooms stay until its disconnect handler has run."""
        if sid in self.settling:
            self.settle(sid, namespace)
        self.pending_disconnect.setdefault(namespace, set()).add(sid)
        return self.eio_sid_from_sid(sid, namespace)

    def basic_disconnect(self, sid: str, namespace: str, **kwargs: Any) -> None:
        """Remove a client from its rooms, at the cost of these alone."""
        rooms = self.rooms.get(namespace)
        member = None if rooms is None else rooms[None].pop(sid, None)
        if rooms is not None and member is not None:
            for room in self._rooms_of.pop(sid, ()):
                self._drop(rooms, room, sid)
            if not rooms[None]:
                del self.rooms[namespace]
            sids = self._sids.get(member.sid)
            if sids is not None:
                sids.pop(namespace, None)
                if not sids:
                    del self._sids[member.sid]
        self.callbacks.pop(sid, None)
        timer = self.settling.pop(sid, None)
        if timer is not None:
            timer.cancel()
        _discard(self.pending_connect, namespace, sid)
        _discard(self.pending_disconnect, namespace, sid)

    def basic_enter_room(self, sid: str, namespace: str, room: Any, eio_sid: str | None = None) -> None:
        """Add a client to a room."""
        rooms = self.rooms.get(namespace)
        if rooms is None or sid not in rooms[None]:
            raise ValueError("sid is not connected to requested namespace")
        if room is None or room == sid:
            return
        if room in rooms[None]:
            raise ValueError("cannot enter a sid room")
        rooms.setdefault(room, {})[sid] = rooms[None][sid]
        self._rooms_of.setdefault(sid, set()).add(room)

    def basic_leave_room(self, sid: str, namespace: str, room: Any) -> None:
        """Remove a client from a room."""
        mine = self._rooms_of.get(sid)
        rooms = self.rooms.get(namespace)
        if rooms is not None and mine is not None and room in mine:
            mine.discard(room)
            self._drop(rooms, room, sid)

    def basic_close_room(self, room: Any, namespace: str) -> None:
        """Remove everyone from a room."""
        if self.is_sid_room(namespace, room):
            raise ValueError("cannot close a sid room")
        for sid in list(self._members(namespace, room)):
            self.basic_leave_room(sid, namespace, room)

    def _drop(self, rooms: dict[Any, Room], room: Any, sid: str) -> None:
        members = rooms.get(room)
        if members is not None:
            members.pop(sid, None)
            if not members:
                del rooms[room]

    # --- telling

    async def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: Any = None,
        skip_sid: Any = None,
        callback: Any = None,
        to: Any = None,
        volatile: bool = False,
        **kwargs: Any,
    ) -> None:
        """Tell a room, or several, or everyone: encoded once, and once to each client.

        All frames are written when it returns, so events that are awaited one after the other arrive in that order.
        """
        # An empty list is nobody. (`to or room`, as in 5.18.1, would make it everybody.)
        members = self._members(namespace, room if to is None else to)
        if not members:
            return
        skipped = _as_set(skip_sid)
        body = [event, *_arguments(data)]
        if callback is None:
            await self._write(
                members, outgoing(self.server.packet_class, stock.EVENT, body, namespace), volatile, skipped
            )
            return
        for sid, member in list(members.items()):
            if sid not in skipped:
                await self._write({sid: member}, self._asking(sid, body, namespace, callback), volatile)

    def send(self, out: Outgoing, namespace: str, room: Any, volatile: bool = False) -> Awaitable[None]:
        """Write a packet that is encoded already to a room, or to several, each client once."""
        return self._write(self._members(namespace, room), out, volatile)

    async def _write(self, members: Room, out: Outgoing, volatile: bool, skipped: Collection[str] = ()) -> None:
        recipients = list(members.values())
        if skipped:
            recipients = [member for sid, member in members.items() if sid not in skipped]
        tick = self.server.eio.tick
        for start in range(0, len(recipients), _AT_ONCE):
            if start:
                await asyncio.sleep(0)
            some = recipients[start : start + _AT_ONCE]
            if len(some) >= _CROWD and tick.first():
                tick.broadcast(some, out, volatile)
                continue
            for member in some:
                member.push(out, volatile)

    # Replaces BaseManager._generate_ack_id of 5.18.1, which keeps a counter among the callbacks, under the id 0: a
    # client that acknowledges 0 gets it called and deleted.
    def _generate_ack_id(self, sid: str, callback: Callable[..., Any]) -> int:
        waiting = self.callbacks.setdefault(sid, {})
        number = next(self._numbers)
        waiting[number] = callback
        if len(waiting) > _MAX_UNANSWERED:
            del waiting[next(iter(waiting))]
        return number

    async def trigger_callback(self, sid: str, id: int, data: list[Any]) -> None:
        """Call what waits for this answer; an answer to nothing is ignored (5.18.1 writes a line for each)."""
        callback = self.callbacks.get(sid, {}).pop(id, None)
        if callback is not None:
            await call(callback, tuple(data))

    def _asking(self, sid: str, body: list[Any], namespace: str, callback: Any) -> Outgoing:
        number = self._generate_ack_id(sid, callback)
        return outgoing(self.server.packet_class, stock.EVENT, body, namespace, number)


def _arguments(data: Any) -> Iterable[Any]:
    if isinstance(data, tuple):
        return data
    return () if data is None else (data,)


def _as_set(skip_sid: Any) -> Collection[str]:
    if skip_sid is None:
        return ()
    if isinstance(skip_sid, str):
        return (skip_sid,)
    return frozenset(skip_sid)


def _discard(pending: dict[str, set[str]], namespace: str, sid: str) -> None:
    sids = pending.get(namespace)
    if sids is not None:
        sids.discard(sid)
        if not sids:
            del pending[namespace]
