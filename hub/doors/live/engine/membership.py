"""How clients join and leave namespaces."""

from __future__ import annotations

from typing import Any

import socketio
from socketio import exceptions
from socketio import packet as stock

from . import handlers
from .engine import EngineServer
from .faults import POLICY_VIOLATION, Malformed
from .manager import Manager
from .packet import outgoing
from .socket import EngineSocket


class Membership(socketio.AsyncServer):
    """The part of SocketServer that lets clients in and sees them off."""

    eio: EngineServer

    # Replaces AsyncServer._trigger_event of 5.18.1: it looks up what a handler is for each event, and calls it again
    # with fewer arguments after a TypeError from inside it.
    async def _trigger_event(self, event: str, namespace: str, *args: Any) -> Any:
        reserved = event in self.reserved_events
        handler, args = handlers.find(self.handlers, event, namespace, reserved, args)
        if handler is not None:
            if reserved:
                args = handlers.shortened(handler, args)
            result = handler(*args)
            return await result if handlers.is_awaitable(result) else result
        handler, args = self._get_namespace_handler(namespace, args)
        if handler is not None:
            if reserved:
                args = handlers.shortened(getattr(handler, f"on_{event}", None), args)
            return await handler.trigger_event(event, *args)
        return self.not_handled

    # Replaces AsyncServer._handle_connect of 5.18.1, which leaves a ghost if the transport dies while the connect
    # handler runs, and no answer at all if the handler fails.
    async def _handle_connect(self, eio_sid: str, namespace: str, data: Any) -> None:
        socket = self.eio.sockets.get(eio_sid)
        if socket is None:
            return
        if not self._is_known(namespace):
            self._tell(socket, stock.CONNECT_ERROR, namespace, {"message": "Invalid namespace"})
            return
        already = self.manager.sid_from_eio_sid(eio_sid, namespace)
        if already is not None and not self.manager.is_connected(already, namespace):
            self._tell(socket, stock.CONNECT_ERROR, namespace, {"message": "Still leaving"})
            return
        if already is not None:
            raise Malformed("this namespace was joined before", POLICY_VIOLATION)
        sid = await self.manager.pre_connect(eio_sid, namespace)
        if sid is None:
            return
        if self.always_connect:
            self._tell(socket, stock.CONNECT, namespace, {"sid": sid})
            await self.manager.connect(sid, namespace)
        refusal = await self._ask_application(eio_sid, sid, namespace, data)
        if refusal is not None:
            kind = stock.DISCONNECT if self.always_connect else stock.CONNECT_ERROR
            self._tell(socket, kind, namespace, refusal)
            await self.manager.disconnect(sid, namespace, ignore_queue=True)
            return
        if not self.always_connect:
            self._tell(socket, stock.CONNECT, namespace, {"sid": sid})
            await self.manager.connect(sid, namespace)
        self.eio.newcomers.remove(socket)
        if socket.closed:
            # The application let in somebody who has gone meanwhile: it hears of that like of any other leaving.
            await self._handle_disconnect(eio_sid, namespace, self.reason.TRANSPORT_CLOSE)
            self.environ.pop(eio_sid, None)

    async def _ask_application(self, eio_sid: str, sid: str, namespace: str, data: Any) -> dict[str, Any] | None:
        """What the client is told if it is not let in."""
        try:
            verdict = await self._trigger_event("connect", namespace, sid, self.environ.get(eio_sid, {}), data or None)
        except exceptions.ConnectionRefusedError as refused:
            return refused.error_args
        except ConnectionRefusedError:
            return {"message": "Connection refused by server"}
        except Exception:
            self.eio.counters.handler_errors += 1
            self.eio.quiet.exception("connect", "the connect handler of %s failed", namespace)
            return {"message": "Internal server error"}
        return exceptions.ConnectionRefusedError().error_args if verdict is False else None

    # Replaces AsyncServer._handle_disconnect of 5.18.1: a disconnect handler that fails leaves no ghost.
    async def _handle_disconnect(self, eio_sid: str, namespace: str, reason: str | None = None) -> None:
        sid = self.manager.sid_from_eio_sid(eio_sid, namespace)
        if sid is None or not self.manager.is_connected(sid, namespace):
            return
        self.manager.pre_disconnect(sid, namespace=namespace)
        await self._leave(sid, namespace, reason or self.reason.CLIENT_DISCONNECT)

    async def _leave(self, sid: str, namespace: str, reason: str) -> None:
        try:
            await self._trigger_event("disconnect", namespace, sid, reason)
        except Exception:
            self.eio.counters.handler_errors += 1
            self.eio.quiet.exception("disconnect", "the disconnect handler of %s failed", namespace)
        finally:
            await self.manager.disconnect(sid, namespace, ignore_queue=True)

    # Replaces AsyncServer._handle_eio_disconnect of 5.18.1, which goes through all namespaces there are.
    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        self._binary_packet.pop(eio_sid, None)
        try:
            for namespace in self._namespaces_of(eio_sid):
                await self._handle_disconnect(eio_sid, namespace, reason)
        finally:
            self.environ.pop(eio_sid, None)

    def _tell(self, socket: EngineSocket, kind: int, namespace: str, data: Any) -> None:
        socket.push(outgoing(self.packet_class, kind, data, namespace))

    def _is_known(self, namespace: str) -> bool:
        known = self.namespaces
        listed = known == "*" or namespace in known
        return listed or namespace in self.handlers or namespace in self.namespace_handlers

    def _namespaces_of(self, eio_sid: str) -> list[str]:
        if isinstance(self.manager, Manager):
            return self.manager.namespaces_of(eio_sid)
        names = list(self.manager.get_namespaces())
        return [name for name in names if self.manager.sid_from_eio_sid(eio_sid, name) is not None]

    def _socket(self, sid: str, namespace: str) -> EngineSocket | None:
        eio_sid = self.manager.eio_sid_from_sid(sid, namespace)
        return None if eio_sid is None else self.eio.sockets.get(eio_sid)
