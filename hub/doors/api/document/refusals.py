"""What a call may be refused with, by status."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from hub.doors.api.route import Route

TOLD = {
    "X-Request-Id": "the id of the call, in our log too",
    "Retry-After": "seconds to wait",
    "X-RateLimit-Limit": "calls a second under this key",
    "X-RateLimit-Remaining": "calls that may come at once",
    "X-RateLimit-Reset": "seconds until all of them may",
    "ETag": "a hash of the answer, for If-None-Match and If-Match",
    "Idempotency-Replayed": "`true` where it is the answer of the first call under this Idempotency-Key",
}
"""header of an answer → what it tells"""


class Problem(Struct):
    """What went wrong, as a problem document (RFC 9457); `code` never changes its meaning."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    retryable: bool
    details: dict[str, Any] | UnsetType = UNSET


class Detail(Struct, forbid_unknown_fields=True):
    """What went wrong, in a sentence."""

    detail: str


class FieldSentences(Struct, forbid_unknown_fields=True):
    """What is wrong with the fields; what belongs to no field is under `non_field_errors`."""

    errors: dict[str, list[str]]


TYPES = (Problem, Detail, FieldSentences)
_WRITING = ("POST", "PUT", "PATCH", "DELETE")


def refusals(route: Route) -> dict[str, Any]:
    """Return the answers of a call that did nothing, by references to what `every_refusal` has."""
    found = ["400", "401", "403", "404", "429", "503"]
    if route.method in _WRITING:
        found += ["409", "413", "422"]
    if route.method in ("PUT", "PATCH", "DELETE"):
        found.append("412")
    if route.takes or route.path.endswith("/attachments"):  # a file, or the announcement of one
        found.append("415")
    word = _word(route.path)
    return {status: {"$ref": f"#/components/responses/{word}{status}"} for status in sorted(found)}


def every_refusal(schema: dict[Any, Any]) -> dict[str, Any]:
    """Return what calls are refused with, by the names that `refusals` refers to."""
    found: dict[str, Any] = {}
    for word, (kind, type) in _WORDS.items():
        for status, description in _STATUSES.items():
            body = schema[FieldSentences if status == "400" and type is Detail else type]
            content: dict[str, Any] = {kind: {"schema": body}}
            if status == "400":
                content["text/plain"] = {"schema": {"type": "string"}}  # what is no HTTP is refused before it is a call
            limits = (*_LIMITS, "Retry-After") if status == "429" else ()
            found[word + status] = {
                "description": description, "headers": headers_of("X-Request-Id", *limits),
                "content": content,
            }  # fmt: skip
    return found


_WORDS: dict[str, tuple[str, Any]] = {
    "Problem": ("application/problem+json", Problem), "Refusal": ("application/json", Detail),
}  # fmt: skip
_LIMITS = [name for name in TOLD if name.startswith("X-RateLimit")]
_STATUSES = {
    "400": "The call is not what it should be",
    "401": "The key or token is not valid",
    "403": "The key or agent may not do this",
    "404": "There is nothing by that id",
    "409": "Something stands in the way: a name is taken, or somebody changed the same thing at the same moment",
    "412": "It is not what If-Match names any more",
    "413": "The text or the file is too large",
    "415": "Files of this type are not taken",
    "422": "What was given fits no field, or the Idempotency-Key belongs to another call",
    "429": "Too many calls; nothing was done",
    "503": "The store takes no writes now; nothing was done, try again",
}


def _word(path: str) -> str:
    return "Problem" if path.startswith("/api/app/") else "Refusal"


def headers_of(*names: str) -> dict[str, Any]:
    """Return the headers of an answer."""
    return {name: {"description": TOLD[name], "schema": {"type": "string"}} for name in names}
