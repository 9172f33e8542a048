"""What an application hears about a client's request."""

from typing import Any

from aiohttp import web


def environ_of(request: web.Request) -> dict[str, Any]:
    """The WSGI-like environ that python-socketio hands to connect handlers, with the real peer in it.

    Replaces translate_request of engineio.async_drivers.aiohttp 4.15.1, where the peer is always 127.0.0.1 and a
    client chooses the scheme by a header.
    """
    transport = request.transport
    peer = None if transport is None else transport.get_extra_info("peername")
    address, port = peer[:2] if isinstance(peer, tuple) else (request.remote or "", 0)
    environ: dict[str, Any] = {
        "wsgi.version": (1, 0),
        "wsgi.async": True,
        "wsgi.url_scheme": request.scheme,
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": request.query_string,
        "RAW_URI": request.path_qs,
        "PATH_INFO": request.path,
        "SCRIPT_NAME": "",
        "SERVER_PROTOCOL": f"HTTP/{request.version[0]}.{request.version[1]}",
        "SERVER_SOFTWARE": "aiohttp",
        "REMOTE_ADDR": str(address),
        "REMOTE_PORT": str(port),
        "aiohttp.request": request,
    }
    for name, value in request.headers.items():
        name = name.upper().replace("-", "_")
        if name not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            name = f"HTTP_{name}"
        environ[name] = f"{environ[name]},{value}" if name in environ else value
    return environ
