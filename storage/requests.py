"""What a writer of the embedded store is asked, and what it answers; as bytes where it is another process.

Arrays of MessagePack, which keeps integers, floats and text apart. What comes in is checked against these types.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Raw, Struct

from storage import engine
from storage.engine import Batch, Collection, Document, Outcome, Result, Stream


class Open(Struct, frozen=True, array_like=True, tag=2):
    """Take the file and make what is declared; always the first."""

    path: str
    collections: list[Collection]
    streams: list[Stream]


class Ping(Struct, frozen=True, array_like=True, tag=3):
    """Write something small."""


class Reserve(Struct, frozen=True, array_like=True, tag=4):
    kind: str
    count: int


class ClaimJobs(Struct, frozen=True, array_like=True, tag=5):
    collection: str
    now: int
    lease_until: int
    owner: str
    limit: int


class Erase(Struct, frozen=True, array_like=True, tag=6):
    stream: str
    app: int
    key: int
    through: int
    limit: int


class Change(Struct, frozen=True, array_like=True):
    """Fields of a document that shall be others, if it is still as it was read: `was` are the bytes that it was."""

    id: int
    was: bytes
    set: Document
    unset: list[str]


class Replace(Struct, frozen=True, array_like=True, tag=7):
    """Change these documents; those that are no longer what was read stay as they are, and the answer names them."""

    collection: str
    app: int
    changes: list[Change]


class Clear(Struct, frozen=True, array_like=True, tag=8):
    """Delete some of what an application has."""

    app: int
    limit: int


Alone = Ping | Reserve | ClaimJobs | Erase | Replace | Clear
"""A write with a transaction of its own."""

Work = Batch | Alone
Request = Open | Work


class Done(Struct, frozen=True, array_like=True, tag=2):
    """It was done, and gave this."""

    value: Any = None


class Refused(Struct, frozen=True, array_like=True, tag=3):
    """It was not done: the error, by its name in `storage.engine`, and its sentence."""

    error: str
    text: str


Answer = Outcome | Done | Refused


# ── errors ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_ERRORS: dict[str, type[Exception]] = {
    name: kind
    for name, kind in vars(engine).items()
    if isinstance(kind, type) and issubclass(kind, engine.StorageError)
}


def refused(error: Exception) -> Refused:
    """Return the answer that carries an error."""
    name = type(error).__name__
    return Refused(name, str(error)) if name in _ERRORS else Refused("", f"{name}: {error}")


def error_of(answer: Refused) -> Exception:
    """Return the error to raise; what is none of the storage's own is a mistake in the program."""
    return _ERRORS.get(answer.error, RuntimeError)(answer.text)


# ── bytes ────────────────────────────────────────────────────────────────────────────────────────────────────────────

_RESULT = 1
"""The MessagePack extension that stands for the result of an earlier step."""


def _plain(value: Any) -> Any:
    if type(value) is Result:
        return msgspec.msgpack.Ext(_RESULT, b"%d" % value.step)
    raise TypeError(f"A {type(value).__name__} can't be sent.")


def _result(code: int, data: memoryview) -> Any:
    if code != _RESULT:
        raise ValueError(f"Nobody sends extension {code}.")
    return Result(int(bytes(data)))


class _Outcome(Struct, frozen=True, array_like=True, tag=1):
    """An outcome whose results are read when somebody asks for them."""

    results: list[Raw]
    existing: engine.Existing | None = None


_encoder = msgspec.msgpack.Encoder(enc_hook=_plain)
_requests = msgspec.msgpack.Decoder(Request, ext_hook=_result)
_answers = msgspec.msgpack.Decoder(list[_Outcome | Done | Refused])
_HEAD = 4
"""Bytes in front of each frame that tell its length."""


def add_frame(buffer: bytearray, what: Request | list[Answer]) -> None:
    """Append a frame. What can't be encoded raises and leaves the buffer as it was."""
    start = len(buffer)
    buffer += bytes(_HEAD)
    try:
        _encoder.encode_into(what, buffer, start + _HEAD)
    except BaseException:
        del buffer[start:]
        raise
    buffer[start : start + _HEAD] = (len(buffer) - start - _HEAD).to_bytes(_HEAD, "little")


def take_frames(buffer: bytearray) -> list[bytes]:
    """Return the whole frames that have come, and leave the beginning of the next one in the buffer."""
    frames: list[bytes] = []
    start, end = 0, len(buffer)
    while end - start >= _HEAD:
        behind = start + _HEAD + int.from_bytes(buffer[start : start + _HEAD], "little")
        if behind > end:
            break
        frames.append(bytes(buffer[start + _HEAD : behind]))
        start = behind
    del buffer[:start]
    return frames


def read_request(frame: bytes) -> Request | Refused:
    """Return the request of a frame; for one that is none (a mistake in the program) the answer to it."""
    try:
        return _requests.decode(frame)
    except msgspec.MsgspecError as error:
        return refused(error)


def read_answers(frame: bytes) -> list[Answer]:
    """Return the answers of a frame, in the order of the requests."""
    return [
        Outcome(each.results, each.existing) if type(each) is _Outcome else each  # type: ignore[arg-type, misc]
        for each in _answers.decode(frame)
    ]
