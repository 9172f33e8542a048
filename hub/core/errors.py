"""The catalogue of errors: a closed list, part of the protocol.

Verbs raise these; two converters (REST in doors/api, acks in doors/live) show them. The docstring of each class tells
the client what to do. Anything else that is raised is `internal`, logged once with its trace id.
"""

from __future__ import annotations

from typing import Any, ClassVar


class HubError(Exception):
    """Something the client has to know. `code` never changes its meaning; the message is for people."""

    code: ClassVar[str]
    status: ClassVar[int]
    retryable: ClassVar[bool] = False
    sentence: ClassVar[str]

    def __init__(self, message: str | None = None, **details: Any) -> None:
        """`details` are what a sentence in another language needs: a `reason` that narrows the code, numbers, names."""
        super().__init__(message or self.sentence)
        self.details = details

    @property
    def message(self) -> str:
        return str(self)

    @property
    def reason(self) -> str:
        """What a log may say of it: a message can hold what somebody wrote, or a number that was called."""
        return str(self.details.get("reason", self.code))

    def as_wire(self) -> dict[str, Any]:
        """Return the error as acks and connect refusals show it."""
        known = {"details": self.details} if self.details else {}
        return {"code": self.code, "message": self.message, "retryable": self.retryable} | known


class InvalidPayload(HubError):
    """The fields are not what the command takes. Mend the call; the message names the field."""

    code, status, sentence = "invalid_payload", 400, "The payload does not fit this command."


class UnknownCommand(HubError):
    """No such command in this namespace. docs/protocol.md lists them."""

    code, status, sentence = "unknown_command", 404, "There is no such command here."


class TextEmpty(HubError):
    """A message needs a text or an attachment."""

    code, status, sentence = "text_empty", 400, "Write something or attach a file; an empty message is not sent."


class TextTooLong(HubError):
    """Shorten the text, or send it as a file."""

    code, status, sentence = "text_too_long", 413, "The text is longer than 16 KB. Shorten it or send it as a file."


class ClientIdReused(HubError):
    """The client id was used for another message. Make a new id for each message; do not retry this one."""

    code, status, sentence = "client_id_reused", 409, "This client id already belongs to another message."


class NotFound(HubError):
    """It does not exist, or is not yours to see: the answer is the same."""

    code, status, sentence = "not_found", 404, "There is nothing here by that id."


class Forbidden(HubError):
    """You may not do this, whatever the id."""

    code, status, sentence = "forbidden", 403, "You have no permission to do this."


class Conflict(HubError):
    """Somebody changed the same thing at the same moment. Try again."""

    code, status, retryable, sentence = "conflict", 409, True, "Somebody else changed this just now. Try again."


class Taken(HubError):
    """Another one has this name, address or id already. Choose another, or change that one."""

    code, status, sentence = "taken", 409, "Another one has this name already."


class Changed(HubError):
    """It is not what `If-Match` names any more: read it again, and decide anew."""

    code, status, sentence = "changed", 412, "This was changed since you read it. Read it again before you change it."


class CallReused(HubError):
    """The `Idempotency-Key` belongs to another call. Make a new key for each call; do not retry this one."""

    code, status, sentence = "call_reused", 422, "This Idempotency-Key was used for another call. Take a new one."


class CallOver(HubError):
    """The phone call has ended, or is not in the state that this needs; `reason` says which. Show it as it is now."""

    code, status, sentence = "call_over", 409, "This call has ended, or somebody else took it."


class CallBusy(HubError):
    """Somebody is in another phone call. Try again when it has ended."""

    code, status, sentence = "call_busy", 409, "There is another call already. Try again when it has ended."


class CarrierRefused(HubError):
    """The phone provider says no; `reason` says why, and `said` what it said. Mend that there or here; then try again."""

    code, status, sentence = "carrier_refused", 422, "The phone provider does not take this."


class CarrierDown(HubError):
    """The phone provider can't be asked now, or its answer makes no sense. Whether it did something is not known."""

    code, status, retryable, sentence = (
        "carrier_down",
        503,
        True,
        "The phone provider can’t be reached. Try again later.",
    )


class CallUnderWay(HubError):
    """The first call under this `Idempotency-Key` is not answered yet. Ask again in a moment, with the same key."""

    code, status, retryable = "call_under_way", 409, True
    sentence = "The first call with this Idempotency-Key is still under way. Ask again in a moment."


class AnswerLost(HubError):
    """The call was begun and the server died before it could answer. Look what was done; it is not done again."""

    code, status = "answer_lost", 409
    sentence = "This call was begun, but its answer was lost. Look what was done before you send it under a new key."


class FormInvalid(HubError):
    """Some answers of a form are missing or don't fit: `fields` says what of each, by its key. Correct them, send it again."""

    code, status, sentence = "form_invalid", 422, "Some answers are missing or don't fit."

    def __init__(self, fields: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.fields = fields

    def as_wire(self) -> dict[str, Any]:
        """Return the error as acks show it, with what is wrong by field."""
        return super().as_wire() | ({"fields": self.fields} if self.fields else {})


class RateLimited(HubError):
    """Too much at once. Nothing was done; wait for `retry_after` seconds, then send it again."""

    code, status, retryable, sentence = "rate_limited", 429, True, "Too many requests. Wait a moment and try again."

    def __init__(self, message: str | None = None, retry_after: float | None = None, **details: Any) -> None:
        super().__init__(message, **details)
        self.retry_after = retry_after

    def as_wire(self) -> dict[str, Any]:
        """Return the error as acks and connect refusals show it, with the seconds to wait where they are known."""
        known = {} if self.retry_after is None else {"retry_after": self.retry_after}
        return super().as_wire() | known


class Unavailable(HubError):
    """The store takes no writes now (disk full, database away). Nothing was lost; keep it and try again."""

    code, status, retryable = "unavailable", 503, True
    sentence = "The server can't store anything right now. Nothing was lost; try again in a moment."


class Internal(HubError):
    """Our fault. Trying again may help; the trace id in the message finds it in the log."""

    code, status, retryable, sentence = "internal", 500, True, "Something went wrong on the server. Try again."


class AttachmentTooLarge(HubError):
    """The file is over the application's limit, or larger than announced."""

    code, status, sentence = "attachment_too_large", 413, "The file is too large."


class AttachmentTypeRefused(HubError):
    """The application takes no files of this type, or the content is not of the type that was announced."""

    code, status, sentence = "attachment_type_refused", 415, "Files of this type are not accepted here."


class AttachmentMissing(HubError):
    """The file was not uploaded, or not by you. Upload it first, then send the message."""

    code, status, sentence = "attachment_missing", 409, "The file has not been uploaded yet."


class UnknownApplication(HubError):
    """The widget key belongs to no application. Check the snippet; do not reconnect."""

    code, status, sentence = "unknown_application", 401, "No application has this key. Check the key in the snippet."


class OriginRefused(HubError):
    """The website is not on the application's list of origins. Add it in the settings; do not reconnect."""

    code, status, sentence = "origin_refused", 403, "This website is not on the application's list of allowed origins."


class IdentityInvalid(HubError):
    """The signature of the identity does not hold. Sign it on your server with the identity secret."""

    code, status, sentence = (
        "identity_invalid",
        401,
        "The signed identity does not hold. Sign it with the identity secret.",
    )


class IdentityExpired(HubError):
    """The signed identity has expired. Fetch a fresh one from your server and connect again."""

    code, status, sentence = (
        "identity_expired",
        401,
        "The signed identity has expired. Fetch a fresh one and connect again.",
    )


class TokenInvalid(HubError):
    """The token is unknown or was signed out. Sign in again; do not reconnect with it."""

    code, status, sentence = "token_invalid", 401, "This token is not valid. Sign in again."


class TokenExpired(HubError):
    """The token has expired. Sign in again; do not reconnect with it."""

    code, status, sentence = "token_expired", 401, "This session has expired. Sign in again."


class WrongSignIn(HubError):
    """The e-mail address or the password is wrong; which of them is not said."""

    code, status, sentence = "wrong_sign_in", 401, "The e-mail address or the password is wrong."


def catalogue() -> list[type[HubError]]:
    """Return all error classes, ordered by code. The protocol's documentation and the tests read it."""
    return sorted(HubError.__subclasses__(), key=lambda error: error.code)
