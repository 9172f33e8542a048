"""A real TURN server (coturn) on this machine, and a small client that asks it for what browsers ask for."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
import shutil
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

SECRET = "tests-shared-secret"
_MAGIC = 0x2112A442
ALLOCATE, PERMISSION = 0x0003, 0x0008
_REALM, _NONCE, _USERNAME, _TRANSPORT, _FAMILY, _PEER, _ERROR, _INTEGRITY = (
    0x14,
    0x15,
    0x06,
    0x19,
    0x17,
    0x12,
    0x09,
    0x08,
)


class Turn:
    """A server: where it is, and how it is started and stopped."""

    def __init__(self, folder: Path) -> None:
        self.port, self.config = free_port(), folder / "turnserver.conf"
        self._process: asyncio.subprocess.Process | None = None

    @property
    def urls(self) -> str:
        return f"turn:127.0.0.1:{self.port}?transport=udp"

    async def start(self) -> None:
        """Return when it answers."""
        path = shutil.which("turnserver")
        if path is None:
            pytest.skip("needs coturn: apt-get install coturn")
        quiet = asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(path, "-c", str(self.config), stdout=quiet, stderr=quiet)
        async with asyncio.timeout(20):
            while (
                self._process.returncode is None and (await allocate(self, "nobody", "nothing", quickly=True)) is None
            ):
                await asyncio.sleep(0.05)
        assert self._process.returncode is None, "coturn ended at once"

    async def stop(self) -> None:
        """Kill it."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


def free_port() -> int:
    """Return a port that nobody has, for UDP and TCP."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def running_turn(folder: Path, *lines: str) -> AsyncIterator[Turn]:
    """Run coturn on loopback with these lines of configuration beside those that a machine without a network needs."""
    folder.mkdir(exist_ok=True)
    turn = Turn(folder)
    turn.config.write_text(
        "\n".join(
            [
                f"listening-port={turn.port}", "listening-ip=127.0.0.1", "relay-ip=127.0.0.1", "allow-loopback-peers",
                "use-auth-secret", f"static-auth-secret={SECRET}", "realm=tests.example", "no-cli", "no-tls", "no-dtls",
                "fingerprint", "simple-log", f"log-file={folder / 'turn.log'}", f"pidfile={folder / 'turn.pid'}",
                f"userdb={folder / 'turn.db'}", *lines,
            ]
        )
        + "\n"
    )  # fmt: skip
    try:
        await turn.start()
        yield turn
    finally:
        await turn.stop()


def credential(expires: int, who: str = "1:contact1", secret: str = SECRET) -> tuple[str, str]:
    """Return a name that holds until a moment in UNIX seconds, and its password, as coturn computes it."""
    name = f"{expires}:{who}"
    return name, base64.b64encode(hmac.digest(secret.encode(), name.encode(), hashlib.sha1)).decode()


async def allocate(
    turn: Turn, name: str, password: str, *peers: str, quickly: bool = False, family: int = 4
) -> list[int] | None:
    """Ask for a relay, then for the permission to reach each peer; return the error codes, 0 for yes.

    The first is the answer to the request for a relay; where that is a no, nothing else is asked. None where nobody answers.
    RFC 8656, sections 7 and 9; RFC 8489 for the frame of messages.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.setblocking(False)
        line.connect(("127.0.0.1", turn.port))
        asked = _attribute(_TRANSPORT, b"\x11\0\0\0")
        asked += _attribute(_FAMILY, b"\x02\0\0\0") if family == 6 else b""
        try:
            first = await _ask(line, ALLOCATE, asked, 0.3 if quickly else 5)
            if first is None or quickly:
                return None if first is None else [first[0]]
            _, found = first
            key = hashlib.md5(f"{name}:{found[_REALM].decode()}:{password}".encode()).digest()
            who = [(_USERNAME, name.encode()), (_REALM, found[_REALM]), (_NONCE, found[_NONCE])]
            signed = b"".join(_attribute(kind, value) for kind, value in who)
            codes = []
            for peer in (None, *peers):
                id = secrets.token_bytes(12)
                kind = ALLOCATE if peer is None else PERMISSION
                body = asked if peer is None else _attribute(_PEER, _address(peer, id))
                answer = await _ask(line, kind, body + signed, 5, key, id)
                assert answer is not None, "coturn does not answer any more"
                codes.append(answer[0])
                if peer is None and answer[0]:
                    break
            return codes
        except ConnectionRefusedError:
            return None


async def _ask(
    line: socket.socket, kind: int, body: bytes, within: float, key: bytes = b"", id: bytes = b""
) -> tuple[int, dict[int, bytes]] | None:
    """Send a request; return the error code of its answer, 0 for success, and its attributes."""
    id = id or secrets.token_bytes(12)
    if key:
        head = struct.pack("!HHI", kind, len(body) + 24, _MAGIC) + id
        body += _attribute(_INTEGRITY, hmac.digest(key, head + body, hashlib.sha1))
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(line, struct.pack("!HHI", kind, len(body), _MAGIC) + id + body)
    try:
        async with asyncio.timeout(within):
            answer = await loop.sock_recv(line, 2048)
    except TimeoutError:
        return None
    found: dict[int, bytes] = {}
    at = 20
    while at + 4 <= len(answer):
        name, size = struct.unpack_from("!HH", answer, at)
        found[name] = answer[at + 4 : at + 4 + size]
        at += 4 + (size + 3) // 4 * 4
    error = found.get(_ERROR)
    return (error[2] * 100 + error[3] if error else 0), found


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + b"\0" * (-len(value) % 4)


def _address(peer: str, id: bytes) -> bytes:
    """Return an address as XOR-PEER-ADDRESS has it."""
    family = 2 if ":" in peer else 1
    packed = socket.inet_pton(socket.AF_INET6 if family == 2 else socket.AF_INET, peer)
    mask = (struct.pack("!I", _MAGIC) + id)[: len(packed)]
    return struct.pack("!BBH", 0, family, 9 ^ (_MAGIC >> 16)) + bytes(a ^ b for a, b in zip(packed, mask, strict=True))
