"""Sends deliveries: each webhook has a queue that one node holds by a lease, so its receiver hears things in order.

A receiver that is slow or away holds up nobody else. After the first failure its whole queue waits for some seconds and
the same delivery comes again, so a hiccup changes no order. One that fails again waits for its own next time, and the
others behind it go on; a receiver that keeps failing is asked ever more seldom.
"""

from __future__ import annotations

import time
from collections import Counter

from hub.core.fetch import Answer, Fetch, FetchError, FetchTooLarge
from hub.core.hub import Hub
from hub.core.jobs import Lane, jittered
from hub.webhooks.collections import DELIVERIES, QUEUES, WEBHOOKS
from hub.webhooks.ending import ends, switch_off
from hub.webhooks.signing import signed_headers, usercom_signature
from hub.webhooks.spreading import Bell
from storage.engine import Batch, Collection, Document, GuardFailed, Missing, Scope, Sort, StorageError
from storage.filters import Eq, Filter, all_of

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
SCHEDULE = (
    5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR,
)  # fmt: skip
"""Milliseconds before the second try, the third …, as Standard Webhooks proposes: three days in all."""
TIME = 15.0
"""Seconds that a receiver has for its answer."""
_ANSWER = 262_144
_SHOWN = 500
"""Characters of an answer that are kept."""
_TURN = 25.0
"""Seconds for one webhook before another one may have the place; with the last request well within a lease."""
_AT_ONCE = 64
_LONGEST_REST, _LONGEST_WISH = 5 * MINUTE, HOUR
_KEPT = 12
"""Attempts that are kept of a delivery."""
FAR = 2**53


class Sender:
    """What this node sends. `figures` counts attempts by their outcome."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.figures: Counter[str] = Counter()
        self._lane = Lane(hub, QUEUES, _AT_ONCE, self._work)
        hub.part(Bell).ring = self._lane.wake.set

    async def run(self) -> None:
        """Send what is due until cancelled."""
        await self._lane.run()

    async def _work(self, rows: Collection, row: Document) -> None:
        try:
            await self._turn(Scope(row["app"]), row["id"], row["due"])
        except GuardFailed:
            pass  # the queue was leased anew, by another node or by this one: this turn took longer than its lease
        except StorageError as error:
            self._hub.log.warning("webhooks wait for the store", error=str(error))

    async def _turn(self, scope: Scope, id: int, lease: int) -> None:
        until = time.monotonic() + _TURN
        while True:
            now = self._hub.clock.now()
            queue = await self._hub.store.get(scope, QUEUES, id)
            hook = await self._hub.store.get(scope, WEBHOOKS, id)
            if queue is None or (queue["owner"], queue["due"]) != (self._hub.node, lease):
                return
            if hook is None or not hook["on"]:
                if await self._let_go(scope, queue, FAR):
                    return
                continue
            if queue["rest"] > now:
                if await self._let_go(scope, queue, queue["rest"]):
                    return
                continue
            waiting = all_of(Eq("webhook", id), Eq("state", "waiting"))
            page = await self._hub.store.find(scope, DELIVERIES, waiting, sort=Sort("due"), limit=1)
            due = page.items[0]["due"] if page.items else FAR
            if due > now or time.monotonic() > until:
                if await self._let_go(scope, queue, max(due, now)):
                    return
                continue  # there was more meanwhile
            await self._send(scope, hook, queue, page.items[0])

    async def _let_go(self, scope: Scope, queue: Document, due: int) -> bool:
        """End the lease; tell whether it was so, and nothing was put in meanwhile."""
        batch = Batch(scope)
        batch.guard(QUEUES, queue["id"], all_of(self._leased(queue), Eq("news", queue["news"])))
        batch.patch(QUEUES, queue["id"], set={"owner": "", "due": due})
        try:
            await self._hub.commit(batch)
        except GuardFailed:
            return False
        return True

    def _leased(self, queue: Document) -> Filter:
        """What holds while the lease of this turn does: a later one, of this node too, ends later."""
        return all_of(Eq("owner", self._hub.node), Eq("due", queue["due"]))

    async def _send(self, scope: Scope, hook: Document, queue: Document, delivery: Document) -> None:
        began, clock = self._hub.clock.now(), time.monotonic()
        wish = 0
        attempt: Document = {"at": began, "status": None, "answer": "", "error": None}
        try:
            answer = await self._ask(hook, delivery, began)
            attempt |= {
                "status": answer.status,
                "answer": answer.body[: 4 * _SHOWN].decode("utf-8", "replace")[:_SHOWN],
            }
            attempt["answer"] = attempt["answer"].replace("\x00", "\ufffd")
            wish = _wish(answer)
        except FetchTooLarge as error:
            attempt["error"] = f"{error} Answer with a few words at most."
        except FetchError as error:
            attempt["error"] = str(error)
        attempt["ms"] = int((time.monotonic() - clock) * 1000)
        await self._note(scope, hook, queue, delivery, attempt, wish)

    async def _ask(self, hook: Document, delivery: Document, now: int) -> Answer:
        keys = [each["key"] for each in hook["secrets"] if each["until"] is None or each["until"] > now]
        headers = {"Content-Type": "application/json", **hook["headers"]}
        headers |= signed_headers(keys, delivery["name"], now // 1000, delivery["body"])
        if hook["form"] == "usercom":
            headers.setdefault("X-User-Com-Signature", usercom_signature(keys[0], delivery["body"]))
        body = delivery["body"].encode()
        fetch = self._hub.part(Fetch)
        return await fetch.request(
            "POST", hook["url"], headers=headers, body=body, redirects=0, limit=_ANSWER, time=TIME
        )

    async def _note(
        self, scope: Scope, hook: Document, queue: Document, delivery: Document, attempt: Document, wish: int
    ) -> None:
        """Keep what came of an attempt, with what follows from it for the delivery, the queue and the webhook."""
        now, status = self._hub.clock.now(), attempt["status"]
        batch = Batch(scope)
        batch.guard(QUEUES, queue["id"], self._leased(queue))
        fields: Document = {"attempts": [*delivery["attempts"], attempt][-_KEPT:], "tries": delivery["tries"] + 1}
        well = status is not None and 200 <= status < 300
        self.figures["delivered" if well else "failed"] += 1
        if well:
            fields |= {"state": "delivered"}
            rest: Document = {"failures": 0, "failing": None}
        else:
            rest = {"failures": queue["failures"] + 1, "failing": queue["failing"] or now}
            step = _next(fields["tries"], now)
            fields |= step
            rest["rest"] = now + max(wish, _rest(fields["tries"], rest["failures"]))
            reason = ends(status, rest, now)
            if reason:
                fields["state"] = "failed" if reason == "gone" else fields.get("state", "waiting")
                await switch_off(self._hub, batch, hook, reason, now)
                self.figures["switched_off"] += 1
        batch.patch(QUEUES, queue["id"], set=rest)
        batch.patch(DELIVERIES, delivery["id"], set=fields)
        try:
            await self._hub.commit(batch)
        except Missing:
            pass  # erased while it was being sent


def _next(tries: int, now: int) -> Document:
    """Return when a delivery that failed is tried again; the first time at once, as soon as its queue goes on."""
    if tries == 1:
        return {}
    if tries > len(SCHEDULE):
        return {"state": "failed"}
    return {"due": now + jittered(SCHEDULE[tries - 1])}


def _rest(tries: int, failures: int) -> int:
    """Return for how long the receiver is left alone."""
    if tries == 1 and failures == 1:
        return jittered(SCHEDULE[0])
    return jittered(min(_LONGEST_REST, SCHEDULE[0] * 2 ** min(failures - 1, 10)))


def _wish(answer: Answer) -> int:
    """Return for how many milliseconds a receiver asks to be left alone."""
    said = answer.headers.get("retry-after", "")
    if answer.status not in (429, 503) or not (said.isascii() and said.isdigit()):
        return 0
    return min(int(said[:9]) * SECOND, _LONGEST_WISH)
