"""The socket of the port, or several of them that share it."""

from __future__ import annotations

import socket

from hub.core.settings import Settings


def open_listener(settings: Settings) -> socket.socket:
    """Return a socket bound to the address of the settings. Raises OSError with a sentence where it can't be."""
    return _bound(settings, settings.port, share=False)


def open_shared_listeners(settings: Settings) -> list[socket.socket]:
    """Return one socket for each worker, all on one port: the kernel spreads new connections over them."""
    # A port that is shared already would let us in beside a stranger, so we ask first as one who does not share.
    with _bound(settings, settings.port, share=False) as probe:
        port = probe.getsockname()[1]
    return [_bound(settings, port, share=True) for _ in range(settings.workers)]


def own_address(host: str, port: int) -> str:
    """Return the URL under which this machine reaches a listener; one on every address is reached on loopback."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - it is not listened on here
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _bound(settings: Settings, port: int, share: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if share:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((settings.host, port))
    except OSError as error:
        listener.close()
        raise OSError(
            f"{settings.host}:{port} can't be listened on: {error.strerror}. Choose another --port."
        ) from None
    return listener
