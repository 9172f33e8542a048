"""The live door as a whole: sockets come, speak, hear and go."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from typing import Any

from aiohttp import web
from msgspec.structs import replace
from socketio.exceptions import ConnectionRefusedError

from hub.accounts.grants import CONTACTS_READ
from hub.calls.legs import LegHeld
from hub.calls.records import Side
from hub.chat.presence import Presence
from hub.chat.receipts import Typing, type_text
from hub.core.actor import Actor
from hub.core.errors import RateLimited, TokenInvalid
from hub.core.event import Face
from hub.core.hub import Hub
from hub.core.nodes import Nodes
from hub.doors.errors import as_hub_error
from hub.doors.live.chosen import Chosen
from hub.doors.live.deleted import Deleted
from hub.doors.live.delivery import Delivery
from hub.doors.live.dispatch import dispatch
from hub.doors.live.engine import SocketServer
from hub.doors.live.engine.faults import POLICY_VIOLATION
from hub.doors.live.limits import Excess, Limits
from hub.doors.live.lines import Lines
from hub.doors.live.replacing import Replacing
from hub.doors.live.sessions import Session, greet, open_agent, open_visitor
from hub.doors.live.sign_ins import SignIns
from hub.doors.live.watching import Watching
from hub.doors.workers.neighbours import Neighbours
from hub.people.events import ContactChanged
from hub.people.tracking.pages import PageView, visit_page

FACES: tuple[Face, ...] = ("visitor", "agent")
_OPEN = {"visitor": open_visitor, "agent": open_agent}
_SLICES = 20


class LiveDoor:
    """The Socket.IO server with the hub behind it."""

    def __init__(self, hub: Hub, neighbours: Neighbours | None = None) -> None:
        self._hub = hub
        self.neighbours = neighbours
        settings = hub.settings
        self.sockets = SocketServer(
            async_mode="aiohttp",
            cors_allowed_origins="*",  # each application has a list of its own, which `sessions` checks
            max_http_buffer_size=settings.frame_limit,
            ping_interval=settings.ping_interval,
            ping_timeout=settings.ping_timeout,
            sid_prefix=neighbours.id if neighbours else "",
            elsewhere=neighbours.give if neighbours else None,
        )
        self.limits = Limits(hub)
        self.sessions: dict[str, Session] = {}
        self._visitors = Replacing(hub, self.sockets, self.sessions)
        self.delivery = Delivery(hub, self.sockets, Chosen(self._visitors.of_contact, self.sessions))
        self.watching = Watching(hub, self.sockets)
        self.lines = Lines(hub)
        self._typing: dict[str, int] = {}
        self._sign_ins = SignIns(hub, self.sockets, self.sessions)
        self._sign_ins.on_narrowed = self._narrowed
        self._deleted = Deleted(hub, self.sockets, self.sessions)
        self.draining = False  # told to stop: not ready any more, and still serving
        for face in FACES:
            self._listen(face)
        hub.listen(ContactChanged, self._renamed)

    def attach(self, app: web.Application) -> None:
        """Serve /socket.io/ on an aiohttp application."""
        app.middlewares.append(self.limits.gate)
        self.sockets.attach(app)

    def start(self) -> None:
        """Begin to deliver."""
        self._hub.spawn("delivery", self.delivery.run())
        self._hub.spawn("watching", self.watching.run())
        self._hub.spawn("lines", self.lines.run())
        self._hub.spawn("presence", self._hub.part(Presence).run())
        self._hub.spawn("nodes", self._hub.part(Nodes).run())
        self._hub.spawn("limits", self.limits.run())
        self._sign_ins.start()
        self._deleted.start()

    async def move(self, seconds: float) -> None:
        """Ask the clients to come back elsewhere, a slice at a time, and cut each slice when its time is up.

        In slices, and one by one within a slice, because the nodes that take them over have to read what each of them
        missed. Who comes meanwhile is served.
        """
        everybody, window = list(self.sessions), seconds / 2
        slices = [everybody[number::_SLICES] for number in range(_SLICES)]
        await asyncio.gather(
            *(self._move(sids, window * number / _SLICES, window) for number, sids in enumerate(slices) if sids)
        )

    async def _move(self, sids: list[str], after: float, window: float) -> None:
        await self._stay(sids, after)
        for number, sid in enumerate(sids, 1):
            session = self.sessions.get(sid)
            if session is not None:
                moment = {"retry_in": int(window * 1000 * number / len(sids))}
                await self.sockets.emit("drain", moment, to=sid, namespace=f"/{session.face}")
        await self._stay(sids, window)
        for face in FACES:
            left = [sid for sid in sids if sid in self.sessions and self.sessions[sid].face == face]
            await self.sockets.send_away(left, f"/{face}")

    async def _stay(self, sids: list[str], seconds: float) -> None:
        """Wait, but not for somebody who has gone."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while loop.time() < deadline and any(sid in self.sessions for sid in sids):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(min(0.05, max(0.0, deadline - loop.time())))

    async def close(self) -> None:
        """Take nobody in any more, and let go of those who are still here, each with its last answer."""
        self.draining = True
        self._hub.part(Presence).part()
        await self.sockets.drain()

    async def settled(self, within: float) -> None:
        """Return when all that happened is told, and the clients have closed their side; or when the time is up."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while not self.delivery.idle or self.sockets.eio.lingering:  # noqa: ASYNC110 - nothing tells of it
                    await asyncio.sleep(0.01)

    def numbers(self) -> dict[str, int]:
        """Return how many sockets are connected, per namespace."""
        numbers = Counter(session.face for session in self.sessions.values())
        return {face: numbers[face] for face in FACES}

    def _listen(self, face: Face) -> None:
        namespace = f"/{face}"

        async def connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
            await self._connect(face, sid, environ, auth)

        async def command(name: str, sid: str, *arguments: Any) -> dict[str, Any] | None:
            session = self.sessions.get(sid)
            if session is None:
                return None
            try:
                self.limits.take(sid, name)
            except Excess as excess:
                return await self._refuse(face, sid, excess)
            answer = await dispatch(self._hub, session, name, arguments)
            if name == "typing" and answer["ok"]:
                self._note_typing(sid, arguments[0])
            elif name == "contact.watch" and answer["ok"] and sid in self.sessions:
                self.watching.watch(sid, session.actor.scope.app, arguments[0]["contacts"])
            elif name.startswith("call.") and answer["ok"] and "leg" in arguments[0] and sid in self.sessions:
                call = arguments[0].get("call") or answer["call"].id
                side: Side = "contact" if face == "visitor" else "agent"
                self.lines.hold(sid, LegHeld(session.actor.scope.app, call, side, arguments[0]["leg"]))
            return answer

        async def disconnect(sid: str, reason: str = "") -> None:
            self._disconnect(sid)

        self.sockets.on("connect", connect, namespace=namespace)
        self.sockets.on("disconnect", disconnect, namespace=namespace)
        self.sockets.on("*", command, namespace=namespace)

    async def _connect(self, face: Face, sid: str, environ: dict[str, Any], auth: Any) -> None:
        try:
            if self.limits.joins_too_often(environ):
                await self.sockets.close_transport(sid, f"/{face}", POLICY_VIOLATION, "joined too often")
                raise RateLimited
            with self.limits.admitted(sid, environ):
                turn = self._sign_ins.turn
                session = await _OPEN[face](self._hub, environ, auth)
                self.limits.seat(sid, session)
                scope = session.actor.scope
                async with self.delivery.holding.arriving(scope.app):
                    for room in session.rooms:
                        await self.sockets.enter_room(sid, room, namespace=f"/{face}")
                    greeting = await greet(self._hub, session)
                    if self._sign_ins.has_ended(session.sign_in):  # signed out while it connected
                        raise TokenInvalid
        except Exception as error:
            refusal = as_hub_error(self._hub, error, f"connect to /{face}")
            raise ConnectionRefusedError(refusal.message, refusal.as_wire()) from None
        await self.sockets.emit("session", greeting, to=sid, namespace=f"/{face}")
        self.sessions[sid] = session
        self._hub.part(Presence).join(scope.app, _kind(session), session.actor.id)
        if face == "visitor":
            self._visitors.came(sid)
        elif turn != self._sign_ins.turn:
            self._hub.spawn("access", self._sign_ins.look_again(scope.app))
        if session.page:
            self._hub.spawn("first page", self._first_page(session.actor, session.page))

    async def _refuse(self, face: Face, sid: str, excess: Excess) -> dict[str, Any] | None:
        """Return the ack of a command over a limit; a socket that goes on all the same is closed, for good."""
        if not excess.flood:
            return {"ok": False, "error": excess.error.as_wire()}
        transport = self.sockets.manager.eio_sid_from_sid(sid, f"/{face}")
        await self.sockets.disconnect(sid, f"/{face}", code=POLICY_VIOLATION, reason="flooding")
        await self.sockets.eio.disconnect(transport, code=POLICY_VIOLATION, text="flooding")  # with its other namespace
        return None

    def _note_typing(self, sid: str, given: dict[str, Any]) -> None:
        """Remember where a socket is typing: when it is cut, nobody else says that the typing has ended."""
        if given["on"]:
            self._typing[sid] = given["conversation"]
        else:
            self._typing.pop(sid, None)

    async def _first_page(self, actor: Actor, page: PageView) -> None:
        """Keep the page of the connect auth. One that can't be kept is no reason to refuse the visitor."""
        try:
            await visit_page(self._hub, actor, page)
        except Exception as error:
            as_hub_error(self._hub, error, "first page")

    def _disconnect(self, sid: str) -> None:
        self.limits.leave(sid)
        self.watching.leave(sid)
        self.lines.leave(sid)
        session = self.sessions.pop(sid, None)
        if session is None:
            return
        if sid in self._typing:
            ended = Typing(self._typing.pop(sid), on=False)
            self._hub.spawn("end of typing", type_text(self._hub, session.actor, ended))
        app, id = session.actor.scope.app, session.actor.id
        self.delivery.holding.release(app)
        if session.face == "visitor":
            self._visitors.went(sid, session)
        self._hub.part(Presence).leave(app, _kind(session), id)

    def _narrowed(self, sid: str, actor: Actor) -> None:
        """Let somebody who may not see contacts any more watch none."""
        if CONTACTS_READ not in actor.grants:
            self.watching.leave(sid)

    def _renamed(self, event: ContactChanged) -> None:
        """Let what a contact writes from now on carry its new name; one that is only claimed keeps the made-up one."""
        contact = event.contact
        for sid in self._visitors.of_contact.get((event.app, contact.id), ()):
            session = self.sessions[sid]
            if session.own:
                self.sessions[sid] = replace(session, actor=replace(session.actor, name=contact.name))


def _kind(session: Session) -> Any:
    return "contact" if session.face == "visitor" else "agent"
