"""Keys that an agent presses in a call with a phone: the worker hears them from the browser, and the phone hears them."""

from __future__ import annotations

from typing import Any

from hub.calls.collections import CALLS
from hub.calls.media.control import WorkerBusy, WorkerGone, WorkerRefused
from hub.calls.media.rooms import call_of_room, keys_to_phone
from hub.core.hub import Hub


async def pass_on(hub: Hub, told: dict[str, Any]) -> None:
    """Let a phone hear a key (`leg.dtmf`). Keys of the phone itself are nobody's to hear, nor is one where no phone is."""
    of = call_of_room(told["room"])
    call = of and await hub.store.get(of[0], CALLS, of[1])
    if call is None or not call.get("phone") or call["state"] != "talking" or told["leg"] != call["legs"]["agent"]:
        return
    try:
        await keys_to_phone(hub, call["room"], call["phone"]["leg"], told["digit"])
    except (WorkerGone, WorkerBusy, WorkerRefused) as error:
        hub.log.warning("a phone can't hear a key", call=call["id"], error=str(error))
