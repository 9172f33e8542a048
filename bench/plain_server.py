"""A plain aiohttp handler that answers with a constant body: what the machine gives before anything is done.

`python -m bench.plain_server PORT`
"""

from __future__ import annotations

import sys

import uvloop
from aiohttp import web

BODY = b'{"id":1,"name":"' + b"x" * 900 + b'"}'
"""About as long as a user."""


async def answer(request: web.Request) -> web.Response:
    """Answer what was sent, once it has been read, with the constant body."""
    await request.read()
    return web.Response(body=BODY, content_type="application/json")


def main() -> None:
    """Serve until killed."""
    uvloop.install()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    web.run_app(
        app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=lambda _: print("ready", flush=True)
    )


if __name__ == "__main__":
    main()
