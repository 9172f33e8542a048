"""Reads the mailboxes: exactly one node each, by a lease, with a thread for what blocks.

A turn connects, reads what came since the last mail that was taken, and waits for the server to say that there is more. It
lasts until the connection breaks or somebody changes the mailbox; then the lease is let go with the time of the next try.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter

from hub.core.addresses import Allowed
from hub.core.hub import Hub
from hub.core.jobs import LEASE_MS, Lane, jittered
from hub.outreach.collections import MAILBOX_TURNS, MAILBOXES
from hub.outreach.inbox.beginning import beginning
from hub.outreach.inbox.hand import Hand
from hub.outreach.inbox.marking import LostTurn, skip
from hub.outreach.inbox.parsing import Incoming, parse
from hub.outreach.inbox.session import Login, Session, Trouble
from hub.outreach.inbox.taking import take
from storage.engine import Batch, Collection, Document, GuardFailed, Missing, Scope, StorageError
from storage.filters import Eq, all_of

CHANNEL = "mailboxes"
_AT_ONCE = 1_000
_RENEW = 20.0
"""Seconds after which a node that reads says that it still does; a lease has three times as many."""
_STAY = 60.0
"""Seconds for which one IDLE lasts, and after which is looked in any case: some servers forget to say that a mail came."""
_POLL = 15.0
"""Seconds between two questions to a server that can't say by itself that a mail came."""
_SECOND, _LONGEST = 1_000, 5 * 60_000
_TRIES = 5
"""After so many tries a mail that can't be taken is left behind, so that it holds up no others."""


class Reader:
    """The mailboxes that this node reads."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._allowed = Allowed(hub.settings.fetch_allow)
        self._lane = Lane(hub, MAILBOX_TURNS, _AT_ONCE, self._work)
        self._open: dict[int, Session] = {}
        self._failures: Counter[tuple[int, int]] = Counter()
        hub.bus.subscribe(CHANNEL, lambda body: self.look(int(body)))

    async def run(self) -> None:
        """Read until cancelled."""
        await self._lane.run()

    def look(self, mailbox: int) -> None:
        """End the turn of a mailbox that was changed, where this node has it; the next one begins at once."""
        session = self._open.get(mailbox)
        if session is not None:
            session.cut()
        self._lane.wake.set()

    def changed(self, mailbox: int) -> None:
        """Say to all nodes that a mailbox was changed."""
        self.look(mailbox)
        self._hub.bus.publish(CHANNEL, str(mailbox).encode())

    async def _work(self, rows: Collection, row: Document) -> None:
        scope, id = Scope(row["app"]), row["id"]
        try:
            mailbox = await self._hub.store.get(scope, MAILBOXES, id)
            if mailbox is None or not mailbox["on"]:
                return
            turn = _Turn(self._hub, scope, mailbox, row["due"], self._allowed, self._failures)
            self._open[id] = turn.session
            try:
                await turn.run()
            finally:
                self._open.pop(id, None)
        except (LostTurn, GuardFailed, Missing):
            pass  # it was changed or deleted, or another node has it
        except StorageError as error:
            self._hub.log.warning("mailboxes wait for the store", error=str(error))


class _Turn:
    """One connection to one mailbox, as long as it lasts."""

    def __init__(
        self, hub: Hub, scope: Scope, mailbox: Document, due: int, allowed: Allowed, failures: Counter[tuple[int, int]]
    ) -> None:
        self._hub, self._scope, self._mailbox, self._due, self._failures = hub, scope, mailbox, due, failures
        login = Login(*(mailbox[name] for name in Login.__struct_fields__))
        self.session = Session(login, allowed)
        self._hand = Hand(f"mailbox {mailbox['id']}")
        self._renewed = time.monotonic()

    async def run(self) -> None:
        """Read until the connection breaks. Raises LostTurn."""
        try:
            await self._read()
        except Trouble as trouble:
            await self._failed(trouble.step, str(trouble))
        except LostTurn:
            raise
        except StorageError as error:
            self._hub.log.warning("mailboxes wait for the store", error=str(error))
            await self._let_go()
        except Exception as error:
            self._hub.log.error("a mailbox can't be read", mailbox=self._mailbox["id"], exc_info=error)
            await self._failed("reading", repr(error))
        finally:
            self.session.cut()
            self._hand.let_go(self.session.close)

    async def _read(self) -> None:
        opened = await self._hand.do(self.session.open)
        self._mailbox = await beginning(self._hub, self._scope, self._mailbox, opened, self._hand, self.session)
        await self._say({"phase": "connected", "since": self._hub.clock.now(), "step": "", "said": "", "tries": 0,
                         "idle": opened.idle})  # fmt: skip
        staying = time.monotonic()
        while True:
            for uid in await self._hand.do(self.session.since, self._mailbox["reading"]["uid"]):
                await self._one(uid)
                await self._renew()
            while not await self._hand.do(self.session.wait, _RENEW if opened.idle else _POLL, opened.idle):
                await self._renew()
                if time.monotonic() - staying > _STAY:
                    staying = time.monotonic()
                    break
            await self._renew()

    async def _one(self, uid: int) -> None:
        """Take one mail, and read on behind it."""
        fetched = await self._hand.do(self.session.fetch, uid)
        if fetched is None:
            await skip(self._hub, self._scope, self._mailbox, uid, 0)
        else:
            mail = await self._hand.do(parse, fetched)
            await self._taken(mail)
        after = await self._hub.store.get(self._scope, MAILBOXES, self._mailbox["id"])
        if after is None or after["revision"] != self._mailbox["revision"]:
            raise LostTurn
        self._mailbox = after

    async def _taken(self, mail: Incoming) -> None:
        place = (self._mailbox["id"], mail.uid)
        try:
            await take(self._hub, self._scope, self._mailbox, mail)
            self._failures.pop(place, None)
        except (LostTurn, StorageError):
            raise
        except Exception as error:
            self._failures[place] += 1
            self._hub.log.error("a mail can't be taken", mailbox=place[0], uid=mail.uid, exc_info=error)
            if self._failures[place] < _TRIES:
                raise Trouble("reading", repr(error)) from None
            self._failures.pop(place)
            await skip(self._hub, self._scope, self._mailbox, mail.uid, mail.at)

    async def _renew(self) -> None:
        """Keep the lease. Raises LostTurn where it is another one's, or the mailbox was changed."""
        if time.monotonic() - self._renewed < _RENEW:
            return
        due = self._hub.clock.now() + LEASE_MS
        await self._lease({"due": due})
        self._due, self._renewed = due, time.monotonic()

    async def _failed(self, step: str, said: str) -> None:
        """Let go until the next try, ever later, and keep what was wrong."""
        tries = self._mailbox["state"]["tries"] + 1
        now = self._hub.clock.now()
        again = now + jittered(min(_LONGEST, _SECOND * 2 ** min(tries - 1, 20)))
        self._hub.log.warning("a mailbox can't be read", mailbox=self._mailbox["id"], step=step, said=said)
        before = self._mailbox["state"]
        since = before["since"] if before["phase"] == "failed" else now
        state = {"phase": "failed", "since": since, "step": step, "said": said, "tries": tries, "idle": False}
        await self._lease({"due": again, "owner": ""}, state)

    async def _let_go(self) -> None:
        """Let somebody begin anew in a moment; while the store is away the lease runs out by itself."""
        await asyncio.sleep(1)
        with contextlib.suppress(StorageError):
            await self._lease({"due": self._hub.clock.now(), "owner": ""})

    async def _say(self, state: Document) -> None:
        await self._lease({}, state)

    async def _lease(self, turn: Document, state: Document | None = None) -> None:
        batch = Batch(self._scope)
        mine = all_of(Eq("owner", self._hub.node), Eq("due", self._due))
        batch.guard(MAILBOX_TURNS, self._mailbox["id"], mine)
        batch.guard(MAILBOXES, self._mailbox["id"], Eq("revision", self._mailbox["revision"]))
        batch.patch(MAILBOX_TURNS, self._mailbox["id"], set=turn)
        if state is not None:
            batch.patch(MAILBOXES, self._mailbox["id"], set={"state": state})
            self._mailbox["state"] = state
        try:
            await self._hub.store.commit(batch)
        except GuardFailed:
            raise LostTurn from None
