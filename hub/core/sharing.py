"""One read for all who ask for the same in the same moment.

Ten thousand visitors who come back at once all need the same application and the same team. What is shared is only the
answer that is on its way, so nobody gets one that is older than the moment of the asking by more than one read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

from hub.core.hub import Hub

T = TypeVar("T")


class Sharing:
    """The reads that are under way; a part of the hub."""

    def __init__(self, hub: Hub) -> None:
        self._reading: dict[Hashable, asyncio.Future[Any]] = {}

    async def read(self, what: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        """Return the result of `read`, or of the read of the same thing that is under way. Raises what that raises."""
        while (answer := self._reading.get(what)) is not None:
            await asyncio.wait([answer])
            if not answer.cancelled():
                return answer.result()
            # Who read for all of us has given up; the first to notice reads.
        answer = self._reading[what] = asyncio.get_running_loop().create_future()
        try:
            answer.set_result(await read())
        except Exception as error:
            answer.set_exception(error)
        finally:
            del self._reading[what]
            answer.cancel()  # nothing, unless we were cancelled ourselves
        return answer.result()
