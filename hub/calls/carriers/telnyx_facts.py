"""What Telnyx' events say: `{id, event_type, payload}`. Source: Telnyx, "Receiving webhooks" of calls and of messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from hub.calls.carriers.carrier import money
from hub.calls.carriers.facts import (
    CallOver,
    CallProgress,
    Digits,
    End,
    Fact,
    IncomingCall,
    Priced,
    RecordingReady,
    SmsCame,
    SmsDelivered,
)

Json = Mapping[str, Any]
_ENDS: dict[str, End] = {
    "normal_clearing": "completed", "time_limit": "completed", "originator_cancel": "cancelled", "timeout": "unanswered",
    "no_answer": "unanswered", "user_busy": "busy", "call_rejected": "busy",
}  # fmt: skip
_STATES: dict[str, Literal["sent", "delivered", "failed"]] = {
    "delivered": "delivered", "read": "delivered", "sent": "sent", "delivery_unconfirmed": "sent",
}  # fmt: skip
_HIDDEN = {"anonymous", "restricted", "unavailable", "unknown"}


def fact_of(event: Json) -> Fact | None:
    """Return what an event says; None for what is of no interest."""
    payload = event.get("payload")
    payload = payload if isinstance(payload, dict) else {}
    kind = str(event.get("event_type", ""))
    if kind.startswith("message."):
        return _of_message(kind, payload)
    call = _text(payload.get("call_control_id"))
    if not call:
        return None
    match kind:
        case "call.initiated" if payload.get("direction") == "incoming":
            return IncomingCall(call, _shown(_text(payload.get("from"))), _text(payload.get("to")))
        case "call.initiated":
            return CallProgress(call, "ringing")
        case "call.answered":
            return CallProgress(call, "answered")
        case "call.hangup":
            return CallOver(call, _ENDS.get(_text(payload.get("hangup_cause")), "failed"), None)
        case "call.dtmf.received" if payload.get("digit"):
            return Digits(call, _text(payload["digit"]))
        case "call.recording.saved" if payload.get("recording_id"):
            return RecordingReady(_text(payload["recording_id"]), call)
        case "call.cost":
            return _price_of(call, payload)
    return None


def _shown(sender: str) -> str:
    return "" if sender.lower() in _HIDDEN else sender


def _of_message(kind: str, payload: Json) -> Fact | None:
    sms = _text(payload.get("id"))
    if not sms:
        return None
    match kind:
        case "message.received":
            media = payload.get("media")
            return SmsCame(
                sms, _shown(_number(payload.get("from"))), _number(payload.get("to")), _text(payload.get("text")),
                len(media) if isinstance(media, list) else 0,
            )  # fmt: skip
        case "message.sent":
            return SmsDelivered(sms, "sent")
        case "message.finalized":
            return _delivered(sms, payload)
    return None


def _delivered(sms: str, payload: Json) -> SmsDelivered:
    to = payload.get("to")
    first = to[0] if isinstance(to, list) and to and isinstance(to[0], dict) else {}
    errors = payload.get("errors")
    why = str(errors[0].get("code", "")) if isinstance(errors, list) and errors and isinstance(errors[0], dict) else ""
    cost = payload.get("cost")
    paid = money(cost.get("amount"), cost.get("currency")) if isinstance(cost, dict) else None
    state = _STATES.get(_text(first.get("status")), "failed")
    return SmsDelivered(sms, state, why, paid.micros if paid else 0, paid.currency if paid else "")


def _price_of(call: str, payload: Json) -> Priced | None:
    parts = [each for each in payload.get("cost_parts") or () if isinstance(each, dict)]
    currency = next((each["currency"] for each in parts if each.get("currency")), "USD")
    paid = money(payload.get("total_cost"), currency)
    return Priced("call", call, paid.micros, paid.currency) if paid else None


def _number(value: Any) -> str:
    """Return the number of a side: an object, or the first of a list of them."""
    first = value[0] if isinstance(value, list) and value else value
    return _text(first.get("phone_number")) if isinstance(first, dict) else _text(first)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
