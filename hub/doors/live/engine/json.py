"""JSON by msgspec behind the interface that python-socketio expects of a JSON module."""

import gc
import json as stdlib
from typing import Any

import msgspec

encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


# Beyond so many characters the garbage collector rests while a text is parsed. It would look again and again through
# values of which none can be in a cycle yet: nine tenths of the time for a megabyte of small arrays (CPython 3.11).
_LARGE = 16 * 1024


class JSONDecodeError(ValueError):
    """The text is not JSON that this hub takes."""


def dumps(value: Any, **_: Any) -> str:
    """Compact JSON text; msgspec.Raw values are taken over as they are."""
    return encode(value).decode()


def loads(text: str | bytes, **_: Any) -> Any:
    """The value of a JSON text; whatever is wrong with it, JSONDecodeError says so."""
    rests = len(text) > _LARGE and gc.isenabled()
    if rests:
        gc.disable()
    try:
        return _decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError, OverflowError) as fault:
        if isinstance(text, str) and "\\u" in text and not isinstance(fault, RecursionError):
            return _loads_with_lone_surrogates(text)
        raise JSONDecodeError(str(fault)) from None
    finally:
        if rests:
            gc.enable()


def _loads_with_lone_surrogates(text: str) -> Any:
    # A browser that cuts an emoji in two sends half of it as "\ud83d". That is JSON by the grammar, and msgspec
    # refuses it. Ending the session for it would end it again on every retry, so the layer above gets to answer.
    try:
        return stdlib.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as fault:
        raise JSONDecodeError(str(fault)) from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
