"""Says to the provider where calls reach us, again before it forgets, and later and later while it does not listen."""

from __future__ import annotations

import asyncio
import secrets
from typing import Literal

from msgspec import Struct

from hub.calls.sip.address import address_of
from hub.calls.sip.asking import Asked
from hub.calls.sip.call import Desk
from hub.calls.sip.message import Malformed, Message

State = Literal["off", "trying", "up", "down"]
Keeps = Literal["register", "options", "nothing"]
_EARLY = 0.85
"""The share of the granted time after which it is said again: two more tries fit into the rest."""


class Pauses(Struct, frozen=True):
    """Seconds: how long a registration is asked for, and the pauses after failures."""

    expires: int = 600
    least: float = 15.0
    most: float = 900.0


class Status(Struct, frozen=True):
    """How a trunk is: "up" with the seconds that the provider granted, or "down" and why."""

    state: State = "off"
    reason: str = ""
    status: int = 0
    expires: int = 0


class Registration:
    """The registration of one trunk. `run` does it until it is cancelled."""

    def __init__(self, desk: Desk, user: str, domain: str, keeps: Keeps, pauses: Pauses) -> None:
        self.status = Status("trying")
        self._desk, self._user, self._domain, self._pauses = desk, user, domain, pauses
        self._keeps, self._registers = keeps, keeps == "register"
        self._call_id, self._tag, self._sequence = secrets.token_hex(16), secrets.token_hex(8), 0
        self._expires = pauses.expires
        self.changed = asyncio.Event()

    async def run(self) -> None:
        """Register again and again. Or ask, as often, whether the provider is there."""
        pause = self._pauses.least
        while True:
            status = await self.once()
            self._note(status)
            if status.state == "up":
                pause = self._pauses.least
                wait = status.expires * _EARLY
            else:
                wait, pause = pause, min(pause * 2, self._pauses.most)
            # A little of chance, so that many trunks do not come at once after the provider was away.
            await asyncio.sleep(wait * (0.9 + secrets.randbelow(101) / 1000))

    async def once(self, expires: int | None = None) -> Status:
        """Register once (0: take it back) and return how the trunk is then. Raises nothing."""
        peers = self._desk.transactions.peers
        try:
            await peers.look_up()
        except OSError:
            return Status("down", "The provider’s host name is not known.")
        if self._keeps == "nothing":
            return Status("up", "", 0, self._pauses.expires)
        wanted = self._expires if expires is None else expires
        answer = await self._ask(wanted)
        if answer is not None and answer.status == 423 and expires is None:
            least = answer.get("min-expires")
            self._expires = min(max(int(least), wanted), 86_400) if least.isdigit() and len(least) < 8 else wanted
            answer = await self._ask(self._expires)
        return self._read(answer)

    async def _ask(self, expires: int) -> Message | None:
        peers, heard = self._desk.transactions.peers, asyncio.get_running_loop().create_future()
        assert peers.place is not None, "looked up before"

        def hear(answer: Message | None) -> None:
            if not heard.done():
                heard.set_result(answer)

        Asked(self._desk.transactions, self._desk.credentials, lambda: self._built(expires), peers.place, hear)
        return await heard

    def _built(self, expires: int) -> Message:
        self._sequence += 1
        method = "REGISTER" if self._registers else "OPTIONS"
        us = f"<sip:{self._user}@{self._domain}>" if self._user else f"<sip:{self._domain}>"
        message = Message(method=method, uri=f"sip:{self._domain}").add("max-forwards", "70")
        message.add("from", f"{us};tag={self._tag}").add("to", us).add("call-id", self._call_id)
        message.add("cseq", f"{self._sequence} {method}").add("contact", self._desk.contact())
        return message.add("expires", str(expires)) if self._registers else message.add("accept", "application/sdp")

    def _read(self, answer: Message | None) -> Status:
        if answer is None:
            return Status("down", "Nothing comes back from the provider.")
        if not self._registers:
            # Whatever it says to OPTIONS, it is there and listens to us.
            return Status("up", "", answer.status, self._pauses.expires)
        if 200 <= answer.status < 300:
            return Status("up", "", answer.status, self._granted(answer))
        if answer.status in (401, 403, 407):
            return Status("down", "The provider does not take the user or the password.", answer.status)
        return Status("down", f"The provider says {answer.status} {answer.reason[:80]}.", answer.status)

    def _granted(self, answer: Message) -> int:
        """Return the seconds until the provider forgets us: those beside our contact, else those of the whole answer."""
        ours = address_of(self._desk.contact()).uri
        said = [answer.get("expires")]
        for value in answer.all("contact"):
            try:
                contact = address_of(value)
            except Malformed:
                continue
            if contact.uri == ours:
                said.insert(0, contact.params.get("expires", ""))
        seconds = next(
            (int(each) for each in said if each.isascii() and each.isdigit() and len(each) < 8), self._expires
        )
        return max(min(seconds, 86_400), 1)

    def _note(self, status: Status) -> None:
        self.status = status
        self.changed.set()
