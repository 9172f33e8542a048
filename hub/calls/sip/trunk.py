"""A trunk: the line to a phone provider. Calls go out by `call`, and come in to whom it was told of."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from hub.calls.sip.address import bracketed, is_number, tag_of
from hub.calls.sip.call import SipCall, refuse
from hub.calls.sip.called import IncomingCall, ends_of
from hub.calls.sip.calling import OutgoingCall
from hub.calls.sip.dialog import Key
from hub.calls.sip.digest import Credentials, Guard
from hub.calls.sip.message import Message
from hub.calls.sip.registration import Keeps, Pauses, Registration, Status
from hub.calls.sip.sdp import Codec, Media, NotAcceptable
from hub.calls.sip.serving import Server
from hub.calls.sip.timers import Timers
from hub.calls.sip.transactions import Transactions
from hub.calls.sip.wire import Peers, Place, Spawn, Transport, open_wire


class TrunkBusy(Exception):
    """All lines of the trunk are taken."""


class TrunkConfig(Struct, frozen=True):
    """How a provider is reached, and what it may do.

    host, port   the provider's server; `domain` what stands behind the @, where it is another name
    user, …      by which it knows us; without a user nothing is proven. `realm`: answer challenges of this one alone
    number       who calls, when nobody says otherwise
    peers        more names, addresses and networks that its requests come from
    keeps        "register": it is told where we are; "options": it knows where we listen (`bind`) and is asked whether it is
                 there; "nothing": neither
    guard        a password that it has to prove with each call, where it can (it calls as `user`), by one of `algorithms`
    public       the address that we tell, where ours is behind a translation
    most_calls   lines; `rings` and `longest` in seconds
    """

    host: str
    port: int = 5060
    user: str = ""
    password: str = ""
    realm: str = ""
    domain: str = ""
    number: str = ""
    peers: tuple[str, ...] = ()
    transport: Transport = "udp"
    keeps: Keeps = "register"
    guard: str = ""
    algorithms: tuple[str, ...] = ("SHA-256", "MD5")
    bind: Place = ("", 0)
    public: str = ""
    most_calls: int = 30
    rings: float = 90.0
    longest: float = 4 * 3600.0


class Trunk:
    """One line to a provider. `on_call` hears each call that comes in, at once, and must not wait; `on_full` which number was
    called by whose where all lines were taken.

    `may` tells of an address whether it may be reached: who names a provider must not name the network behind this machine.
    """

    def __init__(
        self,
        config: TrunkConfig,
        spawn: Spawn,
        on_call: Callable[[IncomingCall], None],
        timers: Timers | None = None,
        pauses: Pauses | None = None,
        may: Callable[[str], bool] | None = None,
        on_full: Callable[[str, str], None] | None = None,
    ) -> None:
        self.config, self.longest, self.rings = config, config.longest, config.rings
        self.credentials = Credentials(config.user, config.password, config.realm) if config.user else None
        self.calls: set[SipCall] = set()
        self.registration: Registration | None = None
        self.transactions: Transactions
        self._spawn, self._on_call, self._on_full, self._may = spawn, on_call, on_full, may
        self._timers, self._pauses = timers or Timers(), pauses or Pauses()
        self._dialogs: dict[Key, SipCall] = {}
        self._guard: Guard | None = None
        self._running: Any = None
        self._domain = config.domain or bracketed(config.host)

    async def open(self) -> None:
        """Open the socket and begin to register. Raises OSError where the host is unknown or the port is taken."""
        config, loop = self.config, asyncio.get_running_loop()
        peers = Peers(config.host, config.port, config.peers, self._may)
        await peers.look_up()
        place = peers.place or (config.host, config.port)
        if config.guard:
            self._guard = Guard(config.user, config.guard, config.realm or self._domain, loop.time, config.algorithms)
        self.transactions = Transactions(peers, self._timers, self._requested, self._acked)
        bind = (config.bind[0] or ("::" if ":" in place[0] else "0.0.0.0"), config.bind[1])  # noqa: S104 (the provider calls us)
        self.transactions.wire = await open_wire(
            config.transport, self.transactions.receive, place, self._spawn, bind, config.public
        )
        self.registration = Registration(self, config.user, self._domain, config.keeps, self._pauses)
        self._running = self._spawn("sip registration", self.registration.run())

    async def close(self, seconds: float = 2.0) -> None:
        """Hang up all calls, take the registration back, and close the socket; waits so long for the last answers."""
        for call in list(self.calls):
            call.hang_up()
        if self._running:
            self._running.cancel()
        try:
            async with asyncio.timeout(seconds):
                if self.registration and self.config.keeps == "register" and self.registration.status.state == "up":
                    await self.registration.once(expires=0)
        except TimeoutError:
            pass  # it forgets us by itself
        self.abandon()

    def abandon(self) -> None:
        """Hang up and close the socket at once: nobody waits for an answer. The provider forgets us by itself."""
        for call in list(self.calls):
            call.hang_up()
        if self._running:
            self._running.cancel()
        self.transactions.stop()
        self.transactions.wire.close()

    @property
    def status(self) -> Status:
        """How the trunk is."""
        return self.registration.status if self.registration else Status()

    @property
    def local(self) -> Place:
        """The host and port that the provider reaches us by."""
        return self.transactions.wire.local()

    @property
    def counts(self) -> Counter[str]:
        """What was dropped: "foreign" (not from the provider), "malformed", "overload"."""
        return self.transactions.wire.counts

    def call(
        self, number: str, host: str, port: int, caller: str = "", codecs: tuple[Codec, ...] = ("PCMA", "PCMU")
    ) -> SipCall:
        """Call a number; we hear at this host and port. Raises ValueError for what is no number, TrunkBusy without a free line."""
        caller = caller or self.config.number or self.config.user
        if not is_number(number):
            raise ValueError("A number has digits, and maybe a plus in front.")
        if len(self.calls) >= self.config.most_calls:
            raise TrunkBusy("All lines of the trunk are taken.")
        call = OutgoingCall(self, number, caller, Media(host, port, codecs))
        self.calls.add(call)
        assert self.transactions.peers.place is not None, "open comes first"
        call.dial(self._domain, self.transactions.peers.place)
        return call

    # What follows is for the parts of a trunk.

    def contact(self) -> str:
        """Return where the far end reaches us."""
        host, port = self.local
        user = f"{self.config.user}@" if self.config.user else ""
        end = ";transport=tcp" if self.config.transport == "tcp" else ""
        return f"<sip:{user}{bracketed(host)}:{port}{end}>"

    def opened(self, call: SipCall) -> None:
        """The dialog of this call is known from now on."""
        if call.dialog:
            self._dialogs[call.dialog.key] = call

    def over(self, call: SipCall) -> None:
        """The call is over. Its dialog is remembered for a while: the last messages of both sides cross."""
        self.calls.discard(call)
        if call.dialog:
            self.transactions.loop.call_later(self._timers.patience, self._dialogs.pop, call.dialog.key, None)

    def _requested(self, server: Server) -> None:
        request = server.request
        if ours := tag_of(request.get("to")):
            call = self._dialogs.get((request.get("call-id"), ours, tag_of(request.get("from"))))
            if call:
                call.came(server)
            else:
                server.answer(481)
        elif request.method == "INVITE":
            self._invited(server)
        elif request.method in ("BYE", "INFO"):
            server.answer(481)
        else:
            refuse(server)

    def _invited(self, server: Server) -> None:
        required = ", ".join(server.request.all("require"))
        if self._guard and not self._proven(server, self._guard):
            return
        if required:
            server.answer(420, ("unsupported", required))
        elif len(self.calls) >= self.config.most_calls:
            server.answer(486)
            if self._on_full:
                self._on_full(*ends_of(server.request))
        else:
            server.answer(100)
            try:
                call = IncomingCall(self, server)
            except NotAcceptable:
                server.answer(488)
                return
            self.calls.add(call)
            self._on_call(call)

    def _proven(self, server: Server, guard: Guard) -> bool:
        verdict = guard.check(server.request.get("authorization"), "INVITE")
        if verdict != "ok":
            challenges = guard.challenges(stale=verdict == "stale")
            server.answer(401, *(("www-authenticate", each) for each in challenges))
        return verdict == "ok"

    def _acked(self, ack: Message) -> None:
        key = (ack.get("call-id"), tag_of(ack.get("to")), tag_of(ack.get("from")))
        if call := self._dialogs.get(key):
            call.acked(ack)
