"""A chat with rooms on the live engine alone: python -m docs.examples.room_chat 8080, from the root of the repository."""

import sys
from typing import Any

from aiohttp import web

from hub.doors.live.engine import SocketServer


def make_app() -> web.Application:
    """Return a web application that people chat on with any Socket.IO client."""
    sio = SocketServer(cors_allowed_origins="*", max_http_buffer_size=65536)

    @sio.event
    async def connect(sid: str, environ: dict[str, Any], auth: dict[str, Any] | None) -> None:
        name = (auth or {}).get("name")
        if not isinstance(name, str) or not name:
            raise ConnectionRefusedError
        await sio.save_session(sid, {"name": name})

    @sio.event
    async def join(sid: str, room: str) -> int:
        await sio.enter_room(sid, f"chat:{room}")
        return sum(1 for _ in sio.manager.get_participants("/", f"chat:{room}"))

    @sio.event
    async def say(sid: str, room: str, text: str) -> bool:
        if f"chat:{room}" not in sio.rooms(sid):
            return False
        name = (await sio.get_session(sid))["name"]
        await sio.emit("said", {"room": room, "name": name, "text": text}, room=f"chat:{room}")
        return True

    @sio.event
    async def typing(sid: str, room: str) -> None:
        if f"chat:{room}" in sio.rooms(sid):  # nobody needs it a minute later: those who do not read fast are spared it
            await sio.emit("typing", {"room": room}, room=f"chat:{room}", skip_sid=sid, volatile=True)

    app = web.Application()
    sio.attach(app)
    app.on_shutdown.append(lambda _: sio.drain(over=2.0))
    return app


if __name__ == "__main__":
    web.run_app(make_app(), host="127.0.0.1", port=int(sys.argv[1]))
