"""Hands messages to push services, and forgets the devices that are gone."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Sequence

from hub.chat.channels import ChannelAway
from hub.core.fetch import Fetch, FetchError, FetchRefused
from hub.core.hub import Hub
from hub.outreach.collections import PUSH_DEVICES
from hub.outreach.push.devices import forget_device, subscription_of
from hub.outreach.push.keys import PushKeys, operator_of
from hub.outreach.push.setting import note_problem
from hub.people.tracking.mobile import forget_push_keys
from mobile_push.fcm import DataMessage, Fcm
from mobile_push.outcomes import Busy, Gone, Outcome, Refused, Taken
from mobile_push.web_push import Reply, Unanswered, Urgency, WebPush
from storage.engine import Batch, Document, Missing, Scope

KEPT_FOR = 86_400
"""Seconds for which a push service keeps a message for a device that is off."""
_MOST_FAILURES = 10
"""Refusals in a row after which a browser is forgotten: what its push service has against it does not pass."""
_ANSWER = 65_536
_TIME = 10.0


class Handing:
    """The ways out of this process. `hub.part(Handing)` returns it; server.py closes it."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._web: WebPush | None = None
        self._fcm: dict[int, tuple[dict[str, str], Fcm]] = {}

    async def to_browsers(
        self,
        scope: Scope,
        devices: Sequence[Document],
        message: bytes,
        tag: str,
        *,
        urgency: Urgency = "high",
        seconds: int = KEPT_FOR,
    ) -> list[Outcome]:
        """Hand one message over for some browsers; return what became of it, in their order."""
        if not devices:
            return []
        web = await self._browsers()
        sends = (
            web.send(subscription_of(each), message, seconds=seconds, topic=topic_of(tag), urgency=urgency)
            for each in devices
        )
        outcomes = await asyncio.gather(*sends)
        await self._keep(scope, devices, outcomes)
        return outcomes

    async def to_phones(
        self, scope: Scope, contact: int, setting: Document, messages: Sequence[DataMessage]
    ) -> list[Outcome]:
        """Hand messages over for a contact's mobile applications, by the application's account; return what became of each."""
        if not messages:
            return []
        fcm = await self._phones(scope.app, setting["fcm"])
        outcomes = await fcm.send(messages)
        gone = [each.to for each, outcome in zip(messages, outcomes, strict=True) if isinstance(outcome, Gone)]
        if gone:
            await forget_push_keys(self._hub, scope, contact, gone)
        refused = [each.said for each in outcomes if isinstance(each, Refused)]
        problem = refused[0] if len(refused) == len(outcomes) else None
        if problem != setting["problem"] and (problem or any(isinstance(each, Taken) for each in outcomes)):
            await note_problem(self._hub, scope, problem)
        return outcomes

    async def close(self) -> None:
        """Let go of the connections."""
        for _, fcm in self._fcm.values():
            await fcm.close()
        self._fcm.clear()

    async def _browsers(self) -> WebPush:
        if self._web is None:
            keys = await self._hub.part(PushKeys).get()
            self._web = WebPush(self._post, keys, operator_of(self._hub.settings), self._now)
        return self._web

    async def _phones(self, app: int, account: dict[str, str]) -> Fcm:
        known = self._fcm.get(app)
        if known is None or known[0] != account:
            fcm = Fcm(account, self._now, self._hub.settings.fcm_url)
            self._fcm[app] = (account, fcm)
            if known is not None:
                await known[1].close()
            return fcm
        return known[1]

    def _now(self) -> float:
        return self._hub.clock.now() / 1000

    async def _post(self, url: str, headers: dict[str, str], body: bytes) -> Reply:
        """Send a request where a browser says, as far as this server may go there."""
        try:
            answer = await self._hub.part(Fetch).request(
                "POST", url, headers=headers, body=body, redirects=0, limit=_ANSWER, time=_TIME, secure=True
            )
        except FetchError as error:
            raise Unanswered(str(error), isinstance(error, FetchRefused)) from None
        return Reply(answer.status, answer.headers, answer.body)

    async def _keep(self, scope: Scope, devices: Sequence[Document], outcomes: Sequence[Outcome]) -> None:
        """Keep which browsers took it, and forget those that are gone or refuse again and again."""
        now = self._hub.clock.now()
        for device, outcome in zip(devices, outcomes, strict=True):
            batch = Batch(Scope(scope.app))
            if isinstance(outcome, Busy):
                continue
            if isinstance(outcome, Gone) or (isinstance(outcome, Refused) and device["failures"] + 1 >= _MOST_FAILURES):
                forget_device(self._hub, batch, device)
            elif isinstance(outcome, Taken):
                batch.patch(PUSH_DEVICES, device["id"], set={"used": now, "failures": 0})
            else:
                batch.patch(PUSH_DEVICES, device["id"], inc={"failures": 1})
            try:
                await self._hub.commit(batch)
            except Missing:
                continue  # its owner took it away meanwhile


def topic_of(tag: str) -> str:
    """Return the topic of a tag: of those with one topic a push service keeps only the last; it has 32 signs at most."""
    if re.fullmatch(r"[A-Za-z0-9_-]{1,32}", tag):
        return tag
    return base64.urlsafe_b64encode(hashlib.blake2s(tag.encode(), digest_size=24).digest()).decode()


def settle(outcomes: Sequence[Outcome]) -> None:
    """Return where at least one device took the message. Raises ChannelAway where one may later, else LookupError."""
    if any(isinstance(each, Taken) for each in outcomes):
        return
    busy = [each for each in outcomes if isinstance(each, Busy)]
    if busy:
        waits = [each.seconds for each in busy if each.seconds is not None]
        raise ChannelAway(int(max(1.0, min(waits)) * 1000) if waits else 0, busy[0].said)
    said = [each.said for each in outcomes if isinstance(each, Gone | Refused) and each.said]
    raise LookupError(said[0] if said else "No device takes push messages any more.")
