"""The control door: HTTP with a bearer token, JSON in and out. The package's docstring is its reference."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from aiohttp import web

from media.errors import Refused, invalid
from media.legs.browser import BrowserLeg
from media.legs.leg import Leg
from media.legs.phone import PhoneLeg
from media.legs.stream import StreamLeg
from media.room import Room
from media.worker import Worker, name_of

LARGEST = 256 * 1024
"""Bytes of a request: an offer has 20 KB at most."""
LARGEST_SOUND = 4 * 1024 * 1024
"""Bytes of a sound: five minutes at 32 kb/s have 1.2 MB."""
BEAT = 15.0
"""Seconds after which a quiet feed writes an empty line."""
L = TypeVar("L", bound=Leg)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Door:
    """Turns requests into calls of the worker."""

    def __init__(self, worker: Worker, token: str) -> None:
        self._worker, self._token = worker, token

    def application(self) -> web.Application:
        """Return the application with all routes."""
        app = web.Application(client_max_size=LARGEST, middlewares=[self._guard])
        leg = "/rooms/{room}/legs/{leg}"
        app.router.add_get("/load", self._load)
        app.router.add_get("/events", self._events)
        app.router.add_get("/rooms/{room}", self._show_room)
        app.router.add_put("/rooms/{room}", self._open_room)
        app.router.add_delete("/rooms/{room}", self._close_room)
        app.router.add_post(f"{leg}/offer", self._offer)
        app.router.add_post(f"{leg}/candidates", self._candidate)
        app.router.add_post(f"{leg}/rtp", self._rtp)
        app.router.add_get(f"{leg}/stream", self._stream)
        app.router.add_post(f"{leg}/dtmf", self._dtmf)
        app.router.add_patch(leg, self._change_leg)
        app.router.add_delete(leg, self._remove_leg)
        app.router.add_post("/rooms/{room}/play", self._play)
        app.router.add_delete("/rooms/{room}/play", self._stop_playing)
        app.router.add_post("/rooms/{room}/recording", self._record)
        app.router.add_put("/sounds/{sound}", self._take_sound)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Ask for the token, and say each refusal in the same shape."""
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), self._token.encode()):
            return _refusal(401, "unauthorized", "Send the worker's token: Authorization: Bearer …")
        try:
            return await handler(request)
        except Refused as refused:
            return _refusal(refused.status, refused.code, refused.message)
        except web.HTTPRequestEntityTooLarge:
            return _refusal(413, "too_large", f"A request has at most {LARGEST} bytes.")
        except web.HTTPException as error:
            return _refusal(
                error.status,
                error.reason.lower().replace(" ", "_"),
                f"{request.method} {request.path}: {error.reason}.",
            )

    async def _load(self, _: web.Request) -> web.Response:
        return web.json_response(self._worker.load())

    async def _events(self, request: web.Request) -> web.StreamResponse:
        try:
            after = int(request.query.get("after", "0"))
        except ValueError:
            raise invalid("after must be the id of an event.") from None
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson", "X-Run": self._worker.run})
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):  # the reader is gone, and comes again by its number
            async for event in self._worker.feed.follow(after, BEAT):
                await response.write(b"\n" if event is None else json.dumps(event).encode() + b"\n")
        return response

    def _room(self, request: web.Request) -> Room:
        return self._worker.room(request.match_info["room"])

    async def _show_room(self, request: web.Request) -> web.Response:
        return web.json_response(self._room(request).shown())

    async def _open_room(self, request: web.Request) -> web.Response:
        body = await _body(request)
        legs = body.get("legs", 2)
        if not isinstance(legs, int) or not 1 <= legs <= 100:
            raise invalid("legs must be how many legs the room will have at least, 1 to 100.")
        record = body.get("record")
        if record is not None and not (isinstance(record, dict) and isinstance(record.get("name"), str)):
            raise invalid("record must be {name}.")
        name = name_of(request.match_info["room"], "room")
        room, is_new = self._worker.open_room(name, legs)
        if record is not None and room.recording is None:
            try:
                self._worker.record(room, "on", record["name"])
            except Refused:
                if is_new:
                    await self._worker.close_room(name)
                raise
        return web.json_response(room.shown(), status=201 if is_new else 200)

    async def _close_room(self, request: web.Request) -> web.Response:
        await self._worker.close_room(self._room(request).name)
        return web.json_response({})

    async def _offer(self, request: web.Request) -> web.Response:
        body = await _body(request)
        ice = body.get("ice", [])
        if not isinstance(ice, list):
            raise invalid("ice must be a list of {urls, username, credential}.")
        leg, is_new = self._leg(request, body, BrowserLeg)
        sdp = await leg.offer(body.get("sdp"), ice)
        await self._take_in(request, leg, is_new)
        return web.json_response({"sdp": sdp})

    async def _candidate(self, request: web.Request) -> web.Response:
        leg = self._room(request).leg(request.match_info["leg"])
        if not isinstance(leg, BrowserLeg):
            raise invalid("Only a browser's leg takes candidates.")
        await leg.candidate(await _body(request))
        return web.json_response({})

    async def _rtp(self, request: web.Request) -> web.Response:
        body = await _body(request)
        leg, is_new = self._leg(request, {"side": "phone", **body}, PhoneLeg)
        where = await leg.listen(body, self._worker.host)
        await self._take_in(request, leg, is_new)
        return web.json_response(where)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        leg, is_new = self._leg(request, {"side": "phone", **request.query}, StreamLeg)
        if not is_new:
            raise Refused(409, "connected", "This leg has a stream: take the leg away first.")
        socket = web.WebSocketResponse(max_msg_size=64 * 1024, heartbeat=20)
        await socket.prepare(request)
        await self._take_in(request, leg, is_new)
        await leg.talk(socket)
        return socket

    async def _dtmf(self, request: web.Request) -> web.Response:
        body = await _body(request)
        digits = body.get("digits")
        if not isinstance(digits, str) or not 1 <= len(digits) <= 64 or set(digits.upper()) - set("0123456789*#ABCD"):
            raise invalid("digits must be 1 to 64 of 0-9, *, #, A-D.")
        room = self._room(request)
        leg = room.leg(request.match_info["leg"])
        if isinstance(leg, BrowserLeg) and not leg.takes_digits:
            raise Refused(409, "no_digits", "The other side takes no telephone-events.")
        leg.digits(digits)
        room.review()
        return web.json_response({}, status=202)

    def _leg(self, request: web.Request, body: dict[str, Any], kind: type[L]) -> tuple[L, bool]:
        """Return (the leg of the request, whether it is new), with what the body says about who hears whom."""
        room = self._room(request)
        name = request.match_info["leg"]
        known = room.legs.get(name)
        if known is not None:
            if not isinstance(known, kind):
                raise Refused(409, "other_kind", f"The leg {name!r} is a {known.kind}: take it away first.")
            return known, False
        leg = self._worker.new_leg(room, name, body.get("side"), kind)
        leg.change(body)
        return cast("L", leg), True

    async def _take_in(self, request: web.Request, leg: Leg, is_new: bool) -> None:
        """Add a leg after what took time; the room may be gone meanwhile, or another request was first."""
        if not is_new:
            return
        room = self._worker.rooms.get(request.match_info["room"])
        if room is None or leg.name in room.legs:
            await leg.close()
            raise Refused(409, "too_late", "The room ended, or the leg was begun by another request.")
        room.add(leg)

    async def _change_leg(self, request: web.Request) -> web.Response:
        room = self._room(request)
        leg = room.leg(request.match_info["leg"])
        body = await _body(request)
        if "remote" in body:
            if not isinstance(leg, PhoneLeg):
                raise invalid("Only a leg by plain RTP has a remote address.")
            leg.aim(body["remote"])
        leg.change(body)
        room.review()
        return web.json_response(leg.shown())

    async def _remove_leg(self, request: web.Request) -> web.Response:
        await self._room(request).remove(request.match_info["leg"])
        return web.json_response({})

    async def _play(self, request: web.Request) -> web.Response:
        body = await _body(request)
        room = self._room(request)
        to, loop = body.get("to"), body.get("loop", False)
        if not isinstance(loop, bool):
            raise invalid("loop must be true or false.")
        names = _names(to)
        sounds = self._worker.sounds
        sound = sounds.given(body.get("sound"))
        if sound is None:
            sound = await asyncio.to_thread(sounds.read, sounds.path(body.get("sound")))
        return web.json_response({"play": room.play(sound, names, loop), "seconds": sound.seconds})

    async def _take_sound(self, request: web.Request) -> web.Response:
        name = name_of(request.match_info["sound"], "sound")
        data = await request.clone(client_max_size=LARGEST_SOUND).read()
        sound = await asyncio.to_thread(self._worker.sounds.take, name, data)
        return web.json_response({"seconds": sound.seconds})

    async def _stop_playing(self, request: web.Request) -> web.Response:
        self._room(request).stop_playing(_names(request.query.getall("to", None)))
        return web.json_response({})

    async def _record(self, request: web.Request) -> web.Response:
        body = await _body(request)
        room = self._room(request)
        self._worker.record(room, body.get("state"), body.get("name"))
        return web.json_response({"recording": room.recording.shown() if room.recording else None})


def _names(to: object) -> set[str] | None:
    if to is None:
        return None
    if not isinstance(to, list) or not to or not all(isinstance(name, str) for name in to):
        raise invalid("to must be a list of legs; without it, all of the room are meant.")
    return set(to)


async def _body(request: web.Request) -> dict[str, Any]:
    """Return the JSON object of a request, {} for none. Raises invalid."""
    text = await request.read()
    if not text:
        return {}
    try:
        body = json.loads(text)
    except ValueError:
        raise invalid("The body is no JSON.") from None
    if not isinstance(body, dict):
        raise invalid("The body must be a JSON object.")
    return body


def _refusal(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"code": code, "message": message}, status=status)
