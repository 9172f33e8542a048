"""The Socket.IO server: python-socketio's interface on our engine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from socketio import exceptions
from socketio import packet as stock

from .counters import Counters
from .engine import EngineServer
from .faults import INVALID_PAYLOAD, POLICY_VIOLATION, SERVICE_RESTART, UNSUPPORTED_DATA, Malformed
from .frames import Outgoing
from .manager import Manager
from .membership import Membership
from .packet import Packet, outgoing
from .socket import EngineSocket


class SocketServer(Membership):
    """socketio.AsyncServer 5.18.1 with ordered handlers, one frame per broadcast and clean ends.

    Takes the same arguments and those of EngineServer, and has the same methods. Different by default:
    `async_handlers=False`, so the events of one client are handled one after the other, in order;
    `cors_credentials=False`; `call` works from anywhere but a handler of the same client.
    """

    def __init__(
        self,
        client_manager: Any = None,
        logger: Any = False,
        json: Any = None,
        async_handlers: bool = False,
        namespaces: Any = None,
        serializer: Any = "default",
        **kwargs: Any,
    ) -> None:
        if serializer == "default":
            # A class of its own for a JSON module of its own: setting it is not to change other servers.
            serializer = Packet if json is None else type("Packet", (Packet,), {})
        super().__init__(
            client_manager=client_manager or Manager(),
            logger=logger,
            json=json,
            async_handlers=async_handlers,
            namespaces=namespaces,
            serializer=serializer,
            **kwargs,
        )
        self._settling = self.manager.settling if isinstance(self.manager, Manager) else {}
        self.eio.parse_messages = False
        self.eio.deliver = self._deliver  # type: ignore[method-assign]

    def _engineio_server_class(self) -> type[EngineServer]:
        return EngineServer

    @property
    def counters(self) -> Counters:
        """Running totals, for metrics."""
        return self.eio.counters

    # --- for applications

    async def emit(
        self,
        event: str,
        data: Any = None,
        to: Any = None,
        room: Any = None,
        skip_sid: Any = None,
        namespace: str | None = None,
        callback: Any = None,
        ignore_queue: bool = False,
        volatile: bool = False,
    ) -> None:
        """Emit an event, as in python-socketio; `room` may be a list, and an argument may be msgspec.Raw.

        A volatile event (typing, presence) is not sent to clients that have more than 64 KB unread.
        """
        more = {"volatile": True} if volatile else {}
        await self.manager.emit(
            event,
            data,
            namespace or "/",
            room=room if to is None else to,
            skip_sid=skip_sid,
            callback=callback,
            ignore_queue=ignore_queue,
            **more,
        )

    def encode(self, event: str, data: Any = None, namespace: str | None = None) -> Outgoing:
        """Return an event as a packet for `send`: made once, it may go to many rooms, and its frame to other nodes."""
        body = [event, *(data if isinstance(data, tuple) else () if data is None else (data,))]
        return outgoing(self.packet_class, stock.EVENT, body, namespace or "/")

    def send_encoded(
        self, out: Outgoing, room: Any, namespace: str | None = None, volatile: bool = False
    ) -> Awaitable[None]:
        """Send an encoded packet to a room, or to several of them; as `emit` does with the event that it encodes."""
        return self.manager.send(out, namespace or "/", room, volatile)

    async def call(
        self,
        event: str,
        data: Any = None,
        to: Any = None,
        sid: Any = None,
        namespace: str | None = None,
        timeout: float = 60,  # noqa: ASYNC109  the stock method's argument
        ignore_queue: bool = False,
    ) -> Any:
        """Emit an event to one client and return what it answers; raises socketio.exceptions.TimeoutError."""
        target = sid if to is None else to
        if target is None:
            raise ValueError("Cannot use call() to broadcast.")
        socket = self._socket(target, namespace or "/")
        if socket is not None and socket.task is asyncio.current_task() and not self.async_handlers:
            raise RuntimeError("a handler cannot wait for its own client: the answer comes behind this event")
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def answered(*args: Any) -> None:
            if not answer.done():
                answer.set_result(args)

        await self.emit(event, data, room=target, namespace=namespace, callback=answered, ignore_queue=ignore_queue)
        try:
            async with asyncio.timeout(timeout):
                args = await answer
        except TimeoutError:
            raise exceptions.TimeoutError() from None
        return args if len(args) > 1 else args[0] if args else None

    async def disconnect(
        self,
        sid: str,
        namespace: str | None = None,
        ignore_queue: bool = False,
        code: int = 1000,
        reason: str = "disconnected by the server",
    ) -> None:
        """Disconnect a client for good: it does not come back by itself.

        Its transport is closed too, with this code and reason, unless it carries a client of another namespace.
        """
        namespace = namespace or "/"
        eio_sid = self.manager.eio_sid_from_sid(sid, namespace)
        connected = self.manager.is_connected(sid, namespace)
        if connected if ignore_queue else await self.manager.can_disconnect(sid, namespace):
            self.manager.pre_disconnect(sid, namespace=namespace)
            socket = self._socket(sid, namespace)
            if socket is not None:
                self._tell(socket, stock.DISCONNECT, namespace, None)
                if namespace not in socket.left:
                    socket.left += (namespace,)
            await self._leave(sid, namespace, self.reason.SERVER_DISCONNECT)
        if eio_sid is not None and not self._namespaces_of(eio_sid):
            await self.eio.disconnect(eio_sid, code=code, text=reason)

    async def close_transport(
        self, sid: str, namespace: str | None = None, code: int = SERVICE_RESTART, reason: str = "please reconnect"
    ) -> None:
        """Close a client's connection with all its namespaces, as a network would: official clients reconnect."""
        eio_sid = self.manager.eio_sid_from_sid(sid, namespace or "/")
        if eio_sid is not None:
            if sid in self._settling:
                self.manager.settle(sid, namespace or "/")
            await self.eio.disconnect(eio_sid, code=code, text=reason)

    async def send_away(
        self,
        sids: list[str],
        namespace: str | None = None,
        code: int = SERVICE_RESTART,
        reason: str = "please reconnect",
    ) -> None:
        """Close the connections of many clients as `close_transport` does, each behind the answer it waits for."""
        found = (self._socket(sid, namespace or "/") for sid in sids)
        await self.eio.send_away([socket for socket in found if socket is not None], 0.0, code, reason)

    async def drain(self, over: float = 0.0, code: int = SERVICE_RESTART, reason: str = "server restarting") -> None:
        """Refuse new sessions and close all there are within so many seconds; their clients reconnect elsewhere."""
        await self.eio.drain(over, code, reason)

    # --- from the engine

    # Replaces AsyncServer._handle_eio_message of 5.18.1: no task per event, and every fault ends its session.
    async def _deliver(self, socket: EngineSocket, data: Any) -> None:
        if self._binary_packet and socket.sid in self._binary_packet:
            packet = self._attach(socket.sid, data)
            if packet is None:
                return
        else:
            packet = self._parse(data)
            if packet.attachment_count:
                self._client(socket, packet.namespace or "/")
                self._binary_packet[socket.sid] = packet
                return
        kind, namespace = packet.packet_type, packet.namespace or "/"
        if kind == stock.EVENT or kind == stock.BINARY_EVENT:
            sid = self._client(socket, namespace)
            if sid is None or not self.manager.is_connected(sid, namespace):
                return  # on its way out
            if self.async_handlers:
                self.eio.spawn(self._run_event(socket, sid, namespace, packet.id, packet.data))
            else:
                await self._run_event(socket, sid, namespace, packet.id, packet.data)
        elif kind == stock.ACK or kind == stock.BINARY_ACK:
            sid = self._client(socket, namespace)
            if sid is not None:
                await self._run_callback(sid, packet)
        elif kind == stock.CONNECT:
            await self._handle_connect(socket.sid, namespace, packet.data)
        elif kind == stock.DISCONNECT:
            await self._handle_disconnect(socket.sid, namespace, self.reason.CLIENT_DISCONNECT)
            if not self._namespaces_of(socket.sid) and not socket.closed:
                self.eio.newcomers.add(socket)  # as in the beginning: an idle transport is not kept for nothing
        else:
            raise Malformed("an unexpected packet")

    def _parse(self, data: Any) -> stock.Packet:
        if not data:
            raise Malformed("an empty message")
        try:
            return self.packet_class(encoded_packet=data)
        except Malformed:
            raise
        except Exception as fault:  # a packet class that is not ours
            raise Malformed(f"not a Socket.IO packet: {type(fault).__name__}", INVALID_PAYLOAD) from None

    def _attach(self, eio_sid: str, data: Any) -> stock.Packet | None:
        packet = self._binary_packet[eio_sid]
        if type(data) is str:
            del self._binary_packet[eio_sid]
            raise Malformed("a text message where an attachment was announced", UNSUPPORTED_DATA)
        if not packet.add_attachment(data):
            return None
        del self._binary_packet[eio_sid]
        return packet

    def _client(self, socket: EngineSocket, namespace: str) -> str | None:
        """The sid of a packet's sender; None if we have just removed it and the packet was on its way."""
        sid = self.manager.sid_from_eio_sid(socket.sid, namespace)
        if sid is None and namespace not in socket.left:
            raise Malformed("a packet for a namespace that was not joined", POLICY_VIOLATION)
        if self._settling and sid in self._settling:  # who talks has heard that it is in
            self.manager.settle(sid, namespace)
        return sid

    async def _run_event(
        self, socket: EngineSocket, sid: str, namespace: str, number: int | None, data: list[Any]
    ) -> None:
        try:
            answer = await self._trigger_event(data[0], namespace, sid, *data[1:])
            if number is None or answer is self.not_handled:
                return
            out = self._ack(namespace, number, answer)
        except Exception as fault:
            self.eio.counters.handler_errors += 1
            # Not by the event's name: a client chooses it, and would choose a new one for each line.
            self.eio.quiet.exception(
                f"event {type(fault).__name__}", "the handler of %r in %s failed", data[0], namespace
            )
            if number is None:
                return
            out = self._ack(namespace, number, None)
        socket.push(out)

    def _ack(self, namespace: str, number: int, answer: Any) -> Outgoing:
        args = [] if answer is None else list(answer) if isinstance(answer, tuple) else [answer]
        return outgoing(self.packet_class, stock.ACK, args, namespace, number)

    async def _run_callback(self, sid: str, packet: stock.Packet) -> None:
        try:
            await self.manager.trigger_callback(sid, packet.id, packet.data)
        except Exception:
            self.eio.counters.handler_errors += 1
            self.eio.quiet.exception("callback", "the callback of an emit failed")
