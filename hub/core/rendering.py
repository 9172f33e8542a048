"""Templates in Liquid: what stands in braces is filled in for each contact. Written by strangers, so everything is bounded."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from hub.core.errors import InvalidPayload

if TYPE_CHECKING:
    from liquid import BoundTemplate, Environment

LARGEST = 500_000
"""Characters of a rendered mail, and of anything on the way to it."""
_LOOPS, _NESTING = 10_000, 30


def check_template(source: str, field: str) -> None:
    """Raise InvalidPayload where a template can't be read; the error says where."""
    _parsed(source, field == "content", field)


def render(source: str, values: Mapping[str, Any], *, html: bool) -> str:
    """Return a template filled with values; in HTML they are escaped, and what has no value is empty.

    Raises InvalidPayload where it asks for too much, or for what can't be done with these values.
    """
    from liquid.exceptions import LiquidError

    field = "content" if html else "subject"
    template = _parsed(source, html, field)
    try:
        return str(template.render(**values))
    except LiquidError as error:
        raise InvalidPayload(f"`{field}` can't be filled in: {_sentence(error)}") from None
    except (ArithmeticError, ValueError, TypeError, RecursionError, AttributeError, LookupError) as error:
        raise InvalidPayload(f"`{field}` can't be filled in: {error}.") from None


def fill(source: str, values: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Return a plain template filled with values, and the names that have none: those stay in the text, in their braces.

    Raises InvalidPayload where it is no template, or asks for too much.
    """
    from liquid.exceptions import LiquidError

    try:
        text = str(_parsed(source, False, "text", True).render(**values))
    except LiquidError as error:
        raise InvalidPayload(f"`text` can't be filled in: {_sentence(error)}") from None
    except (ArithmeticError, ValueError, TypeError, RecursionError, AttributeError, LookupError) as error:
        raise InvalidPayload(f"`text` can't be filled in: {error}.") from None
    missing = [_read(hidden) for hidden in _HIDDEN.findall(text)]
    return _HIDDEN.sub(lambda found: "{{ " + _read(found[1]) + " }}", text), list(dict.fromkeys(missing))


_PRIVATE = 0xE000
_HIDDEN = re.compile(r"([\ue020-\ue07e]+)\ue000")
"""A name that has no value, in letters that no filter changes, until everything else is filled in."""


def _hide(name: str) -> str:
    return "".join(chr(_PRIVATE + ord(sign)) for sign in name if " " <= sign <= "~") + chr(_PRIVATE)


def _read(hidden: str) -> str:
    return "".join(chr(ord(sign) - _PRIVATE) for sign in hidden)


@functools.lru_cache(256)
def _parsed(source: str, html: bool, field: str, keeps: bool = False) -> BoundTemplate:
    from liquid.exceptions import LiquidError

    try:
        return _environment(html, keeps).from_string(source)
    except LiquidError as error:
        raise InvalidPayload(f"`{field}` is no template: {_sentence(error)}") from None
    except (RecursionError, ValueError) as error:
        raise InvalidPayload(f"`{field}` is no template: {error}.") from None


@functools.cache
def _environment(html: bool, keeps: bool = False) -> Environment:
    """`keeps` leaves a mark where a value is missing; otherwise nothing stands there."""
    from liquid import Environment, Undefined
    from liquid.builtin.expressions.primitive import RangeLiteral

    RangeLiteral._make_range = _range  # type: ignore[method-assign, assignment]

    class Bounded(Environment):
        loop_iteration_limit = _LOOPS
        output_stream_limit = 2 * LARGEST
        local_namespace_limit = LARGEST
        context_depth_limit = _NESTING
        block_nesting_limit = _NESTING

    class Kept(Undefined):
        def __str__(self) -> str:
            return _hide((self.hint or self.name).removesuffix(" is undefined").strip("'"))

    environment = Bounded(autoescape=html, undefined=Kept if keeps else Undefined)
    for tag in ("include", "render", "extends", "block", "increment", "decrement"):
        environment.tags.pop(tag, None)  # there are no files to include
    for name in ("replace", "replace_first", "replace_last", "join", "append", "prepend"):
        environment.filters[name] = _bounded(environment.filters[name], name in ("replace", "join"))
    return environment


def _range(_: Any, start: Any, stop: Any) -> range:
    """Return the numbers of `(1..9)`; the library makes ranges of any length, and filters make lists of them at once."""
    from liquid.exceptions import LoopIterationLimitError

    ends = [each if type(each) is int else 0 for each in (start, stop)]
    if ends[1] - ends[0] > _LOOPS or max(map(abs, ends)) > 2**53:
        raise LoopIterationLimitError("a range is too long", token=None)
    return range(ends[0], ends[1] + 1)


def _bounded(filter: Callable[..., Any], multiplies: bool) -> Callable[..., Any]:
    """Return a filter that refuses what would grow beyond the largest mail, before it grows.

    The library's limits count what was written or assigned; a chain of filters makes texts longer without either.
    """
    from liquid.exceptions import OutputStreamLimitError

    @functools.wraps(filter)
    def bounded(value: Any, *arguments: Any, **named: Any) -> Any:
        longest = max((len(str(each)) for each in arguments), default=0)
        whole, parts = len(str(value)), 1
        if isinstance(value, list | tuple | range):
            whole, parts = sum(len(str(each)) for each in value), len(value)
        elif multiplies:
            parts = whole + 1
        if whole + longest * parts > LARGEST:
            raise OutputStreamLimitError("a text grows too long", token=None)
        return filter(value, *arguments, **named)

    return bounded


def _sentence(error: Exception) -> str:
    """Return what is wrong, with the line where that is known."""
    text = str(error).split("\n")[0].rstrip(".")
    return f"{text}."
