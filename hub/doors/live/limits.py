"""How much a client may ask for: token buckets for commands, and caps on connections. Each node counts for itself.

A command takes a token from the buckets of its socket, its person, its address and its application, or from none of
them. What is refused was not done and is not lost: clients wait for `retry_after` and send it again. One check costs
0.7 µs (CPython 3.11, four buckets, a thousand sockets in turn), against some 100 µs for a stored message.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import math
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from aiohttp import web

from hub.core.errors import RateLimited
from hub.core.event import Face
from hub.core.hub import Hub
from hub.core.settings import Settings
from hub.doors.live.buckets import Buckets
from hub.doors.live.sessions import Session
from hub.doors.peers import is_trusted, peer_of

SIGNS = frozenset({"typing", "conversation.look", "conversation.read", "conversation.delivered", "call.candidate"})
"""Small talk of programs. It has buckets of its own, so that it never uses up somebody's right to write."""
_SIGN_COST = 0.25
_AGENT_COST = 0.2
"""An agent talks with many people at once, so a command takes a fifth of a token from the socket and the person."""
FLOOD = 10
"""A socket that goes on, refused, at so many times its rate is closed."""
_LEAST_WAIT = 1.0
"""Seconds between two tries of a client that is over a limit: what came back meanwhile goes out at once."""
_WAIT_FOR_A_PLACE = 10.0
"""Seconds until a client asks again where too many sockets are open: nobody knows when one closes."""
_KNOCKS = 2
"""Handshakes that an address may make for each connection: above it, the refusal costs no WebSocket."""
_JOINS = 20
_JOINED = "hub.joins"
_SWEEP = 10.0
_QUIET = 10.0
"""Seconds between two lines in the log about the same limit."""

KINDS = ("socket", "contact", "address", "application")
_SOCKET, _CONTACT, _ADDRESS, _APPLICATION = range(4)

_HANDSHAKE = "/socket.io/"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Lane = tuple[tuple[dict[Hashable, float], float, float, int], ...]
"""What one command takes: (when each bucket is full, the command's share, an empty bucket's wait, place of the key)."""


class Seat:
    """What one socket is counted under."""

    __slots__ = ("is_agent", "keys", "open", "signs", "words")

    def __init__(self, sid: str, address: str | None) -> None:
        self.keys: tuple[Hashable, ...] = (sid, None, address, None)
        self.open: tuple[str, ...] = () if address is None else (address,)
        self.words: Lane = ()
        self.signs: Lane = ()
        self.is_agent = False


class Excess(Exception):
    """A command over a limit; `flood` says that the socket has gone on for too long."""

    def __init__(self, error: RateLimited, flood: bool) -> None:
        super().__init__(error)
        self.error, self.flood = error, flood


class Limits:
    """Counts what each socket, person, address and application does, and says when it is too much."""

    def __init__(self, hub: Hub) -> None:
        self._hub, self._now = hub, asyncio.get_running_loop().time
        settings = hub.settings
        self.refused: Counter[str] = Counter(
            dict.fromkeys((*KINDS, "connections", "sockets", "handshakes", "flood"), 0)
        )
        """Running totals by limit, for metrics."""
        self._buckets: list[Buckets] = []
        rates = [(getattr(settings, f"rate_{kind}"), getattr(settings, f"burst_{kind}")) for kind in KINDS]
        self._words = [self._make(rate, burst) for rate, burst in rates]
        self._signs = [self._make(rate, burst) for rate, burst in rates]
        self._patience = self._make(settings.rate_socket * FLOOD, settings.burst_socket * FLOOD)
        self._connections = self._make(settings.rate_connections, settings.burst_connections)
        self._knocks = self._make(settings.rate_connections * _KNOCKS, settings.burst_connections * _KNOCKS)
        self._lanes: dict[tuple[Face, bool], tuple[Lane, Lane]] = {
            (face, known): (self._lane(self._words, 1.0, face, known), self._lane(self._signs, _SIGN_COST, face, known))
            for face in ("visitor", "agent")
            for known in (True, False)
        }  # type: ignore[misc]
        self._seats: dict[str, Seat] = {}
        self._open: Counter[str] = Counter()
        self._quiet_until: dict[str, float] = {}

    async def run(self) -> None:
        """Forget who has been quiet, until cancelled."""
        while True:
            await asyncio.sleep(_SWEEP)
            for buckets in self._buckets:
                buckets.sweep(self._now())
                await asyncio.sleep(0)  # a hundred thousand take some milliseconds: one kind at a time

    # ── connections ──────────────────────────────────────────────────────────────────────────────────────────────────

    @web.middleware
    async def gate(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse handshakes of an address that makes far more of them than sockets."""
        if request.path == _HANDSHAKE and "sid" not in request.query and self._knocks:
            environ = {
                "REMOTE_ADDR": request.remote or "",
                "HTTP_X_FORWARDED_FOR": request.headers.get("X-Forwarded-For", ""),
            }
            address = address_of(self._hub.settings, environ)
            if address is not None and (short := self._knocks.take(address, self._now())):
                self._note("handshakes", address=address)
                return web.Response(status=429, headers={"Retry-After": str(math.ceil(_to_wait(short)))})
        return await handler(request)

    @contextlib.contextmanager
    def admitted(self, sid: str, environ: Mapping[str, Any]) -> Iterator[None]:
        """Count a connection under its address while it is made, and after it if it succeeds. Raises RateLimited.

        Before anything is asked of the store, which is what a flood of connections would wear out.
        """
        self._admit(sid, environ)
        try:
            yield
        except BaseException:
            self.leave(sid)
            raise

    def joins_too_often(self, environ: dict[str, Any]) -> bool:
        """Count how often a transport has tried to join; honest clients take a new one after a few."""
        joins = environ[_JOINED] = environ.get(_JOINED, 0) + 1
        return joins > _JOINS

    def _admit(self, sid: str, environ: Mapping[str, Any]) -> None:
        address = address_of(self._hub.settings, environ)
        if address is not None:
            if self._connections and (short := self._connections.take(address, self._now())):
                raise self._too_many("connections", "Too many connections from this address", short, address=address)
            self._check_open(address, self._hub.settings.max_sockets_address, "this address")
            self._open[address] += 1
        self._seats[sid] = Seat(sid, address)

    def seat(self, sid: str, session: Session) -> None:
        """Count an admitted connection under its person and its application, too. Raises RateLimited."""
        settings, seat, scope = self._hub.settings, self._seats[sid], session.actor.scope
        if session.face == "agent":
            person, application = f"{scope.app}:agent:{session.actor.id}", f"{scope.app}:team"
            self._check_open(person, settings.max_sockets_agent, "this agent")
            # No cap for the team: whoever fills the application with visitors must not lock its agents out.
        else:
            # Somebody who only says, unsigned, to be a contact is counted as a browser: the contact must not pay for it.
            person = f"{scope.app}:contact:{scope.contact}" if scope.browser is None else f"{scope.app}:{scope.browser}"
            application = f"{scope.app}:visitors"
            self._check_open(person, settings.max_sockets_contact, "this contact")
            self._check_open(application, settings.max_sockets_application, "this application")
        address = seat.keys[_ADDRESS]
        seat.keys = (sid, person, address, application)
        seat.open = (*seat.open, person, application)
        self._open[person] += 1
        self._open[application] += 1
        seat.words, seat.signs = self._lanes[session.face, address is not None]
        seat.is_agent = session.face == "agent"

    def leave(self, sid: str) -> None:
        """Forget a socket. What its person, its address and its application owe stays."""
        seat = self._seats.pop(sid, None)
        if seat is None:
            return
        for key in seat.open:
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]
        for buckets in (self._words[_SOCKET], self._signs[_SOCKET], self._patience):
            if buckets:
                buckets.full_at.pop(sid, None)

    # ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def take(self, sid: str, name: str) -> None:
        """Take a command's tokens. Raises Excess, and then takes none."""
        seat = self._seats[sid]
        lane = seat.signs if name in SIGNS else seat.words
        keys, now = seat.keys, self._now()
        for full_at, share, span, place in lane:
            full = full_at.get(keys[place], now)
            short = (full if full > now else now) + share - now - span
            if short > 0:
                raise self._excess(seat, place, short)
        for full_at, share, _, place in lane:
            full = full_at.get(keys[place], now)
            full_at[keys[place]] = (full if full > now else now) + share

    def _excess(self, seat: Seat, place: int, short: float) -> Excess:
        limit, facts = KINDS[place], {"address": seat.keys[_ADDRESS], "of": seat.keys[_CONTACT]}
        who = "agent" if seat.is_agent and place == _CONTACT else limit
        error = self._too_many(limit, f"Too much at once from this {who}", short, **facts)
        share = _AGENT_COST if seat.is_agent else 1.0
        flood = self._patience is not None and self._patience.take(seat.keys[_SOCKET], self._now(), share) > 0
        if flood:
            self._note("flood", **facts)
        return Excess(error, flood)

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _make(self, rate: float, burst: float) -> Buckets | None:
        if not rate:
            return None
        self._buckets.append(buckets := Buckets(rate, burst))
        return buckets

    def _lane(self, kinds: list[Buckets | None], cost: float, face: Face, with_address: bool) -> Lane:
        lane = []
        for place, buckets in enumerate(kinds):
            if buckets is None or (place == _ADDRESS and not with_address):
                continue
            own = _AGENT_COST if face == "agent" and place in (_SOCKET, _CONTACT) else 1.0
            lane.append((buckets.full_at, buckets.step * cost * own, buckets.span, place))
        return tuple(lane)

    def _check_open(self, key: str, most: int, of: str) -> None:
        if most and self._open[key] >= most:
            raise self._too_many("sockets", f"Too many open connections of {of}", _WAIT_FOR_A_PLACE, of=key)

    def _too_many(self, limit: str, what: str, short: float, **facts: Any) -> RateLimited:
        self._note(limit, **facts)
        wait = _to_wait(short)
        return RateLimited(f"{what}. Try again in {wait:g} s.", wait)

    def _note(self, limit: str, **facts: Any) -> None:
        """Count, and write at most one line in a while: an attacker must not fill the log."""
        self.refused[limit] += 1
        now = self._now()
        if now >= self._quiet_until.get(limit, 0.0):
            self._quiet_until[limit] = now + _QUIET
            self._hub.log.warning("a limit was reached", limit=limit, times=self.refused[limit], **facts)


def address_of(settings: Settings, environ: Mapping[str, Any]) -> str | None:
    """Return what an address is counted under; None for this machine and for our own proxies.

    Those two speak for everybody behind them: without X-Forwarded-For, nobody knows for whom.
    """
    return _network(settings.trusted_proxies, peer_of(settings, environ))


@lru_cache(4096)
def _network(proxies: str, address: str) -> str | None:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]  # what our own proxy wrote, whatever it means
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if str(ip) in ("127.0.0.1", "::1") or is_trusted(proxies, address):
        return None
    if isinstance(ip, ipaddress.IPv6Address):
        return f"{ipaddress.ip_address(ip.packed[:8] + bytes(8))}/64"  # one subscriber has 2^64 addresses
    return str(ip)


def _to_wait(short: float) -> float:
    return math.ceil(max(short, _LEAST_WAIT) * 10) / 10
