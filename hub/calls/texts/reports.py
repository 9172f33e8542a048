"""What became of a text message, as the provider tells: its letter has arrived, or went wrong, and why."""

from __future__ import annotations

from typing import Any

import msgspec

from hub.calls.carriers.facts import Fact, SmsDelivered
from hub.calls.texts.sent import (
    all_arrived,
    letter_of,
    put_arrived,
    put_known,
    put_settled,
    put_wrong,
    state_of,
)
from hub.chat.deliveries import report_delivery
from hub.core.hub import Hub
from hub.core.jobs import Later
from storage.engine import Batch, Scope

REPORT = "phone.text_report"
_AGAIN = 1_000
_LOOKS = 6
"""Looks for a letter that a report may have overtaken: the provider is quick, and others write over the same account."""
_WHY = {
    "30003": "sms_off", "40006": "sms_off",
    "30004": "sms_blocked", "21610": "sms_blocked", "40300": "sms_blocked",
    "30005": "sms_nobody", "40012": "sms_nobody",
    "30006": "sms_landline", "40001": "sms_landline",
    "30007": "sms_filtered", "40002": "sms_filtered", "40003": "sms_filtered", "40015": "sms_filtered",
}  # fmt: skip
"""Codes that people can do something about. Sources: Twilio, "Error and Warning Dictionary"; Telnyx, "Messaging error codes"."""


async def hear_report(hub: Hub, scope: Scope, leg: int | None, fact: Fact) -> None:
    """Order that a letter is told what became of it (listener of `Desk`): it may not be known here yet."""
    if isinstance(fact, SmsDelivered) and fact.state != "sent":
        batch = Batch(Scope(scope.app))
        await hub.jobs.add(batch, REPORT, {"fact": msgspec.to_builtins(fact)})
        await hub.commit(batch)


async def report(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Tell a letter what became of one of its texts (a job)."""
    fact = msgspec.convert(payload["fact"], SmsDelivered)
    if not await _report(hub, Scope(scope.app), fact):
        looks = payload.get("looks", 0)
        if looks < _LOOKS:
            raise Later(_AGAIN * 2**looks, looks=looks + 1)


async def _report(hub: Hub, scope: Scope, fact: SmsDelivered) -> bool:
    """Return whether the letter was there."""
    letter = await letter_of(hub, scope, fact.sms)
    if letter is None:
        return False
    delivery, part, parts = letter["delivery"], letter["part"], letter["parts"]
    wrong = (await state_of(hub, scope, delivery, part))[1]
    batch = Batch(scope)
    if fact.state == "failed":
        put_wrong(batch, delivery, part, wrong, fact.sms)
        why = _WHY.get(fact.why, "sms_failed")
        return await report_delivery(hub, batch, delivery, "failed", why=why, said=fact.why)
    put_arrived(batch, delivery, part, fact.sms, wrong)
    await hub.commit(batch)
    batch = Batch(scope)
    put_known(batch, fact.sms)
    if await all_arrived(hub, scope, delivery, parts):
        put_settled(batch, delivery, parts)
        return await report_delivery(hub, batch, delivery, "delivered")
    await hub.commit(batch)
    return True
