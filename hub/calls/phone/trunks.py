"""The trunks that this node has: exactly one node each, by a lease. It registers, is called, and places what agents call."""

from __future__ import annotations

import asyncio
import time

from hub.calls.collections import CALLS, PHONE_LINES, PHONE_TURNS
from hub.calls.phone.arriving import BUSY, arrive, miss
from hub.calls.phone.bridge import Bridge
from hub.calls.phone.minutes import Minutes, limit_of
from hub.calls.phone.waking import PhoneNews
from hub.calls.sip.called import IncomingCall
from hub.calls.sip.trunk import Trunk, TrunkBusy, TrunkConfig
from hub.core.addresses import Allowed, is_public, read_address
from hub.core.hub import Hub
from hub.core.jobs import LEASE_MS, Lane, jittered
from storage.engine import Batch, Collection, Document, GuardFailed, Missing, Scope, Sort, StorageError
from storage.filters import All, Eq

_CHANNEL = "phone lines"
_AT_ONCE = 1_000
_RENEW = 15.0
"""Seconds after which a node says that it still has a trunk; a lease has four times as many."""
_LOOK = 2.0
"""Seconds between two looks for calls to place, of which the word (waking.py) was lost."""
_AGAIN = 10_000
_GOODBYE = 0.4
"""Seconds for the last words to a provider while this process stops, which waits no longer for its tasks (Hub.stop)."""


class LostTurn(Exception):
    """The trunk was changed or deleted, or another node has it."""


class Trunks:
    """`hub.part(Trunks)`: run by server.py."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._allowed = Allowed(hub.settings.fetch_allow)
        self._lane = Lane(hub, PHONE_TURNS, _AT_ONCE, self._work)
        self._open: dict[int, _Turn] = {}
        self._bridges: dict[int, Bridge] = {}
        hub.bus.subscribe(_CHANNEL, lambda body: self._look(int(body)))
        hub.part(PhoneNews).on(self._heard)

    async def run(self) -> None:
        """Hold trunks until cancelled."""
        await self._lane.run()

    def changed(self, line: int) -> None:
        """Say to all nodes that a trunk was changed."""
        self._look(line)
        self._hub.bus.publish(_CHANNEL, str(line).encode())

    def trunk(self, line: int) -> Trunk | None:
        """Return an open trunk of this node."""
        return self._open[line].trunk if line in self._open else None

    def _look(self, line: int) -> None:
        if line in self._open:
            self._open[line].look()
        self._lane.wake.set()

    def _heard(self, call: int) -> None:
        """A call with a phone in it has changed: it is one of ours, or one to be placed."""
        if call in self._bridges:
            self._bridges[call].wake()
        else:
            for turn in self._open.values():
                turn.wake.set()

    def may(self, host: str) -> bool:
        """Tell whether an address may be reached: public ones, and what the operator has named (`HUB_FETCH_ALLOW`)."""
        address = read_address(host)
        return address is not None and (is_public(address) or self._allowed.holds(address))

    def bridged(self, bridge: Bridge) -> None:
        """Let a call be looked after until it has ended."""
        self._bridges[bridge.call] = bridge
        self._hub.spawn(f"phone call {bridge.call}", self._follow(bridge))

    async def _follow(self, bridge: Bridge) -> None:
        try:
            await bridge.run()
        except Exception:
            await bridge.give_up()
            raise
        finally:
            self._bridges.pop(bridge.call, None)

    async def _work(self, rows: Collection, row: Document) -> None:
        scope, id = Scope(row["app"]), row["id"]
        try:
            line = await self._hub.store.get(scope, PHONE_LINES, id)
            if line is None or not line["on"] or id in self._open:
                return
            self._open[id] = turn = _Turn(self._hub, self, scope, line, row["due"])
            try:
                await turn.run()
            finally:
                self._open.pop(id, None)
        except (LostTurn, GuardFailed, Missing):
            pass
        except StorageError as error:
            self._hub.log.warning("trunks wait for the store", error=str(error))


class _Turn:
    """One trunk on this node, from the lease to its end."""

    def __init__(self, hub: Hub, trunks: Trunks, scope: Scope, line: Document, due: int) -> None:
        self._hub, self._trunks, self._scope, self._line, self._due = hub, trunks, scope, line, due
        self.wake = asyncio.Event()
        self._is_changed = False
        self._said = ""
        self._renewed = time.monotonic()
        self._minutes = Minutes(hub, line)
        self._kept, self._was_left = self._minutes.used, True
        self.trunk = Trunk(config_of(line), hub.spawn, self._called, may=trunks.may, on_full=self._full)

    def look(self) -> None:
        """The trunk was changed, or deleted."""
        self._is_changed = True
        self.wake.set()

    async def run(self) -> None:
        """Hold the trunk open. Raises LostTurn."""
        try:
            await self.trunk.open()
        except (OSError, ValueError) as error:
            await self._lease(
                {"due": self._hub.clock.now() + jittered(_AGAIN), "owner": ""},
                "down",
                (getattr(error, "strerror", None) or str(error))[:200],
            )
            return
        try:
            while await self._stands():
                await self._note()
                await self._place()
                try:
                    async with asyncio.timeout(_LOOK):
                        await self.wake.wait()
                except TimeoutError:
                    pass
                self.wake.clear()
            await self.trunk.close()
        except asyncio.CancelledError:
            await self._leave()
            raise
        finally:
            self.trunk.abandon()

    async def _stands(self) -> bool:
        """Tell whether the trunk is as it was opened."""
        if not self._is_changed:
            return True
        self._is_changed = False
        line = await self._hub.store.get(self._scope, PHONE_LINES, self._line["id"])
        if line is None or opens_anew(self._line, line):
            return False
        self._minutes.limit = limit_of(line)
        return True

    async def _as_it_is(self) -> Document:
        """Return the trunk as it is stored now: whom a number rings, and its limit, may have changed a moment ago."""
        line = await self._hub.store.get(self._scope, PHONE_LINES, self._line["id"]) or self._line
        self._minutes.limit = limit_of(line)
        return line

    async def _leave(self) -> None:
        """This node stops: hang up, take the registration back, and let another node have the trunk at once."""
        await self.trunk.close(_GOODBYE)
        try:
            await self._lease({"due": self._hub.clock.now(), "owner": ""})
        except (LostTurn, StorageError):
            pass  # the lease runs out by itself

    def _called(self, sip: IncomingCall) -> None:
        self._hub.spawn("a call comes in", self._take(sip))

    def _full(self, number: str, caller: str) -> None:
        self._hub.spawn("a call is missed", self._miss(number, caller))

    async def _miss(self, number: str, caller: str) -> None:
        await miss(self._hub, self._scope, await self._as_it_is(), number, caller)

    async def _take(self, sip: IncomingCall) -> None:
        try:
            line = await self._as_it_is()
            if not self._minutes.are_left:
                sip.reject(BUSY)
                await miss(self._hub, self._scope, line, sip.number, sip.caller)
                return
            call = await arrive(self._hub, self._scope, line, sip)
        except Exception:
            sip.reject(480)
            raise
        if call is not None:
            self._trunks.bridged(self._bridge(call, sip))

    def _bridge(self, call: Document, sip: IncomingCall | None = None) -> Bridge:
        return Bridge(
            self._hub, self._scope, call["id"], call["phone"]["leg"], self._line, self._trunks.may, self._minutes, sip
        )

    async def _place(self) -> None:
        """Place the calls that agents began; each once, whoever looks at the same time."""
        waiting = All((Eq("state", "ringing"), Eq("phone.line", self._line["id"]), Eq("phone.placed", False)))
        for call in (await self._hub.store.find(self._scope, CALLS, waiting, sort=Sort("began"), limit=50)).items:
            batch = Batch(self._scope)
            batch.guard(CALLS, call["id"], Eq("revision", call["revision"]))
            batch.patch(CALLS, call["id"], set={"phone.placed": True}, inc={"revision": 1})
            try:
                await self._hub.store.commit(batch)
            except GuardFailed:
                self.wake.set()  # it was changed at this moment: look again
                continue
            bridge = self._bridge(call)
            try:
                if not self._minutes.are_left:
                    raise TrunkBusy
                await bridge.dial(self.trunk, call)
            except (TrunkBusy, ValueError):
                await bridge.failed()
            except Exception as error:  # the other calls of the trunk go on
                self._hub.log.error("a phone could not be called", call=call["id"], exc_info=error)
                await bridge.give_up()
            self._trunks.bridged(bridge)

    async def _note(self) -> None:
        """Keep the lease, and what is to be known of the trunk. Raises LostTurn."""
        status = self.trunk.status
        phase = {"up": "up", "down": "down"}.get(status.state, "waiting")
        if f"{phase}{status.reason}" != self._said:
            self._said = f"{phase}{status.reason}"
            await self._lease({}, phase, status.reason)
        if time.monotonic() - self._renewed > _RENEW or self._minutes.are_left != self._was_left:
            due = self._hub.clock.now() + LEASE_MS
            self._was_left = self._minutes.are_left
            await self._lease({"due": due})
            self._due, self._renewed = due, time.monotonic()

    async def _lease(self, turn: Document, phase: str = "", said: str = "") -> None:
        id, batch, used = self._line["id"], Batch(self._scope), self._minutes.used
        batch.guard(PHONE_TURNS, id, All((Eq("owner", self._hub.node), Eq("due", self._due))))
        batch.patch(PHONE_TURNS, id, set=turn)
        if phase:
            state = {"phase": phase, "said": said, "since": self._hub.clock.now()}
            batch.patch(PHONE_LINES, id, set={"state": state})
        if used != self._kept:
            batch.patch(PHONE_LINES, id, set={"used": used})
        try:
            await self._hub.store.commit(batch)
        except GuardFailed:
            raise LostTurn from None
        self._kept = used


def opens_anew(before: Document, now: Document) -> bool:
    """Tell whether a trunk has to be closed and opened for what was changed of it, which ends its calls."""
    return before["on"] != now["on"] or config_of(before) != config_of(now)


def config_of(line: Document) -> TrunkConfig:
    """Return how a stored trunk is opened."""
    return TrunkConfig(
        host=line["host"], port=line["port"], user=line["user"], password=line["password"], realm=line["realm"],
        domain=line["domain"], number=line["numbers"][0]["number"], peers=tuple(line["peers"]), transport=line["transport"],
        keeps=line["keeps"], guard=line["guard"], bind=("", line["bind"]), public=line["public"], most_calls=line["lines"],
    )  # fmt: skip
