"""A connection to a mailbox over IMAP: everything here blocks, and runs on the thread of the mailbox (`hand`).

The mailbox is opened for reading only: nothing in it is marked, moved or deleted.
"""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import ssl
import time
from datetime import UTC, datetime
from typing import Any, Literal

from msgspec import Struct

from hub.core.addresses import Allowed, is_public, read_address

Step = Literal["address", "connect", "tls", "sign_in", "folder", "reading"]
Security = Literal["tls", "starttls", "none"]
MOST = 32 * 1_048_576
"""Bytes of one mail that are fetched: a file of 20 MB is 27 MB in a mail. Of a larger one the rest stays there."""
_CONNECT, _READ = 10.0, 60.0
_LATELY = 2_000
"""Of the end of a folder so many UIDs are looked at, to find what came since a moment."""
_CHUNK = 500

logging.getLogger("imapclient").setLevel(logging.WARNING)  # below, it tells what it sends


class Login(Struct, frozen=True):
    """Where a mailbox is, and who reads it."""

    host: str
    port: int
    security: Security
    user: str
    password: str
    folder: str


class Trouble(Exception):
    """The mailbox can't be read: at which step it ended, and what was said there."""

    def __init__(self, step: Step, said: object) -> None:
        super().__init__(" ".join(str(said).split())[:300])
        self.step: Step = step


class Opened(Struct, frozen=True):
    """A folder as it was opened. UIDs mean something only together with `validity`."""

    validity: int
    next: int
    idle: bool


class Fetched(Struct, frozen=True):
    """A mail: its bytes, how many it has in all, and when it came (UTC milliseconds)."""

    uid: int
    raw: bytes
    size: int
    at: int


class Head(Struct, frozen=True):
    """The headers of a mail, and when it came."""

    uid: int
    raw: bytes
    at: int


class Session:
    """One connection. After a Trouble it is of no more use."""

    def __init__(self, login: Login, allowed: Allowed) -> None:
        self._login, self._allowed = login, allowed
        self._client: Any = None
        self._idling = False

    def open(self) -> Opened:
        """Connect, sign in and open the folder. Raises Trouble with the step that failed."""
        self._look_where()
        self._connect()
        with _as_trouble("sign_in"):
            self._client.login(self._login.user, self._login.password)
        with _as_trouble("folder"):
            told = self._client.select_folder(self._login.folder, readonly=True)
            found = Opened(int(told[b"UIDVALIDITY"]), int(told[b"UIDNEXT"]), self._client.has_capability("IDLE"))
        return found

    def _look_where(self) -> None:
        host, port = self._login.host, self._login.port
        try:
            found = {info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
        except (OSError, UnicodeError) as error:
            raise Trouble("connect", error) from None
        addresses = [read_address(str(each).partition("%")[0]) for each in found]
        if self._allowed.names(host) or all(
            each and (self._allowed.holds(each) or is_public(each)) for each in addresses
        ):
            return
        raise Trouble("address", f"{host} is not on the public internet.")

    def _connect(self) -> None:
        from imapclient import IMAPClient, SocketTimeout

        login, context = self._login, ssl.create_default_context()
        secure = login.security == "tls"
        with _as_trouble("connect"):
            self._client = IMAPClient(
                login.host, login.port, ssl=secure, ssl_context=context if secure else None,
                timeout=SocketTimeout(_CONNECT, _READ),
            )  # fmt: skip
        self._client.normalise_times = False
        if login.security == "starttls":
            with _as_trouble("tls"):
                self._client.starttls(context)

    def since(self, uid: int) -> list[int]:
        """Return the UIDs behind one, in order."""
        self._stop_idling()
        self._announced()
        with _as_trouble("reading"):
            found = self._client.search(["UID", f"{uid + 1}:*"])
        return sorted(each for each in found if each > uid)  # `n:*` has the last mail, also where that is before n

    def lately(self, moment: int, next: int) -> list[Head]:
        """Return the heads of the mails at the end of the folder that came at a moment (UTC milliseconds) or later."""
        day = datetime.fromtimestamp(moment / 1000 - 86_400, UTC).date()  # a server may mean its own day
        heads: list[Head] = []
        with _as_trouble("reading"):
            uids = sorted(self._client.search(["UID", f"{max(1, next - _LATELY)}:*", "SINCE", day]))
            for first in range(0, len(uids), _CHUNK):
                found = self._client.fetch(uids[first : first + _CHUNK], ["INTERNALDATE", "BODY.PEEK[HEADER]"])
                heads += [Head(uid, each[b"BODY[HEADER]"] or b"", _at(each)) for uid, each in found.items()]
        return sorted((each for each in heads if each.at >= moment), key=lambda each: each.uid)

    def fetch(self, uid: int) -> Fetched | None:
        """Return a mail, of a very large one its beginning; None for one that has gone."""
        self._stop_idling()
        with _as_trouble("reading"):
            found = self._client.fetch([uid], ["RFC822.SIZE", "INTERNALDATE", f"BODY.PEEK[]<0.{MOST}>"]).get(uid)
            if found is None:
                return None
            raw = found.get(b"BODY[]<0>") or found.get(b"BODY[]") or b""
            return Fetched(uid, raw, int(found.get(b"RFC822.SIZE") or len(raw)), _at(found))

    def wait(self, seconds: float, idle: bool) -> bool:
        """Return when something happened in the folder, at the latest after some seconds; tell whether it did.

        Where the server can't say so by itself (IDLE) it is asked after that time. A mail that came during the commands
        before was announced there, and is not announced again.
        """
        with _as_trouble("reading"):
            if self._announced():
                return True
            if not idle:
                self._look(seconds)
                self._client.noop()
                return True
            if not self._idling:
                self._begin_idling()
                if self._announced() or self._has_read_more():
                    return True
            began = time.monotonic()
            said = self._client.idle_check(seconds)
            if not said and time.monotonic() - began < seconds / 2:
                return True  # the connection has ended, as the next command finds out
        if any(each[0] == b"BYE" for each in said):
            raise Trouble("reading", "The server closed the connection.")
        return any(len(each) > 1 and each[1] in (b"EXISTS", b"RECENT") for each in said)

    def _announced(self) -> bool:
        """Tell whether the server has said beside its answers that the folder has more mails, since it was asked last."""
        return self._client._imap.untagged_responses.pop("EXISTS", None) is not None

    def _begin_idling(self) -> None:
        """As `IMAPClient.idle`, which takes a mail that is announced just then for a broken connection."""
        connection = self._client._imap
        tag = self._client._idle_tag = connection._command("IDLE")
        self._idling = True
        while connection._get_response() is not None:
            if connection.tagged_commands[tag] is not None:
                self._idling = False
                raise Trouble("reading", "The server refused IDLE.")

    def _has_read_more(self) -> bool:
        """Tell whether what the server said came together with what was asked for: nobody would be woken by it any more."""
        connection = self._client.socket()
        connection.setblocking(False)
        try:
            return bool(self._client._imap.file.peek(1))
        except OSError:  # nothing is there: what TLS says where plain sockets return nothing
            return False
        finally:
            connection.settimeout(_READ)

    def _look(self, seconds: float) -> None:
        """Wait until the server says something by itself, or some seconds."""
        waiting = select.poll()
        waiting.register(self._client.socket().fileno(), select.POLLIN)
        waiting.poll(seconds * 1000)

    def cut(self) -> None:
        """End the connection at once, from whatever thread: what waits for it fails."""
        with contextlib.suppress(Exception):
            self._client.socket().shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Say goodbye, where the server still listens."""
        if self._client is None:
            return
        with contextlib.suppress(Exception):
            self._stop_idling()
            self._client.logout()
        with contextlib.suppress(Exception):
            self._client.shutdown()

    def _stop_idling(self) -> None:
        if self._idling:
            self._idling = False
            with _as_trouble("reading"):
                self._client.idle_done()


@contextlib.contextmanager
def _as_trouble(step: Step) -> Any:
    """Tell what goes wrong as a Trouble at this step."""
    from imapclient.exceptions import IMAPClientError

    try:
        yield
    except Trouble:
        raise
    except ssl.SSLError as error:
        raise Trouble("tls" if step == "connect" else step, error) from None
    except (IMAPClientError, OSError, EOFError, KeyError, ValueError) as error:
        raise Trouble(step, _said(error)) from None


def _said(error: BaseException) -> str:
    """Return the words of a server: imaplib hands some of them on as the spelling of bytes."""
    text = error.args[0] if error.args else str(error)
    if isinstance(text, bytes):
        return text.decode("utf-8", "replace")
    text = str(text) or type(error).__name__
    return text[2:-1] if text[:2] in ("b'", 'b"') else str(error) or text


def _at(found: Any) -> int:
    moment = found.get(b"INTERNALDATE")
    return int(moment.timestamp() * 1000) if moment else 0
