"""A Socket.IO server that is fast, exact and hard to hurt, with python-socketio's interface.

Nothing in here knows of the hub: `SocketServer` can replace `socketio.AsyncServer` anywhere, and `EngineServer`
`engineio.AsyncServer`.
"""

from .counters import Counters
from .engine import EngineServer
from .server import SocketServer

__all__ = ["Counters", "EngineServer", "SocketServer"]
