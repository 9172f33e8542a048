"""What the fields of Twilio's hooks say. Source: Twilio's TwiML and Messaging documentation, "request parameters"."""

from __future__ import annotations

from collections.abc import Mapping

from hub.calls.carriers.facts import (
    CallOver,
    CallProgress,
    Digits,
    End,
    Fact,
    IncomingCall,
    RecordingReady,
    SmsCame,
    SmsDelivered,
)

_ENDS: dict[str, End] = {
    "completed": "completed", "busy": "busy", "no-answer": "unanswered", "failed": "failed", "canceled": "cancelled",
}  # fmt: skip
_HIDDEN = {"anonymous", "+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"}
"""What Twilio writes where the caller hides the number: some of them are "anonymous" on a phone's keys."""


def fact_of(what: str, fields: Mapping[str, str]) -> Fact | None:
    """Return what the fields of one of our hooks say; None for what is of no interest."""
    call = fields.get("CallSid", "")
    match what:
        case "call" if call:
            return IncomingCall(call, _sender(fields), fields.get("To", ""))
        case "status" if call:
            return _call_is(call, fields)
        case "sms" if fields.get("MessageSid"):
            return SmsCame(
                fields["MessageSid"], _sender(fields), fields.get("To", ""), fields.get("Body", ""),
                _number(fields.get("NumMedia")) or 0,
            )  # fmt: skip
        case "sent" if fields.get("MessageSid"):
            return _sms_is(fields["MessageSid"], fields)
        case "recording" if (
            call and fields.get("RecordingSid") and fields.get("RecordingStatus") in (None, "completed")
        ):
            return RecordingReady(fields["RecordingSid"], call)
        case "digits" if call and fields.get("Digits"):
            return Digits(call, fields["Digits"])
    return None


def _sender(fields: Mapping[str, str]) -> str:
    sender = fields.get("From", "")
    return "" if sender.lower() in _HIDDEN else sender


def _call_is(call: str, fields: Mapping[str, str]) -> Fact | None:
    status = fields.get("CallStatus", "")
    if status in _ENDS:
        return CallOver(call, _ENDS[status], _number(fields.get("CallDuration")))
    if status == "in-progress":
        return CallProgress(call, "answered")
    return CallProgress(call, "ringing") if status == "ringing" else None


def _sms_is(sms: str, fields: Mapping[str, str]) -> Fact | None:
    match fields.get("MessageStatus"):
        case "sent":
            return SmsDelivered(sms, "sent")
        case "delivered" | "read":
            return SmsDelivered(sms, "delivered")
        case "failed" | "undelivered":
            return SmsDelivered(sms, "failed", fields.get("ErrorCode", ""))
    return None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None
