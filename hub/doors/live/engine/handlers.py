"""Finding and calling an application's event handlers."""

import functools
import inspect
from collections.abc import Callable
from types import CoroutineType
from typing import Any

Handlers = dict[str, dict[str, Callable[..., Any]]]

CATCH_ALL = "*"


def find(handlers: Handlers, event: str, namespace: str, reserved: bool, args: tuple[Any, ...]) -> tuple[Any, Any]:
    """The handler for an event and the arguments it takes, in python-socketio's order of preference.

    Replaces BaseServer._get_event_handler of 5.18.1, where a client's event named "*" reaches the catch-all handler
    with its arguments shifted by one.
    """
    for place, named in ((namespace, ()), (CATCH_ALL, (namespace,))):
        here = handlers.get(place)
        if here is None:
            continue
        if event != CATCH_ALL and event in here:
            return here[event], (*named, *args)
        if not reserved and CATCH_ALL in here:
            return here[CATCH_ALL], (event, *named, *args)
    return None, args


async def call(handler: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """Call a handler, be it a coroutine function or not."""
    result = handler(*args)
    return await result if is_awaitable(result) else result


def is_awaitable(result: Any) -> bool:
    """Whether a handler gave something to wait for; what most give is known at once."""
    return type(result) is CoroutineType or inspect.isawaitable(result)


def shortened(handler: Callable[..., Any] | None, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments of a connect or disconnect handler, without the last one if it is of the old kind.

    python-socketio 5.18.1 tries and catches TypeError, so that a TypeError inside a disconnect handler runs it twice.
    """
    return args if handler is None or _takes(handler, len(args)) else args[:-1]


@functools.lru_cache(maxsize=256)
def _takes(handler: Callable[..., Any], count: int) -> bool:
    try:
        inspect.signature(handler).bind(*range(count))
    except TypeError:
        return False
    return True
