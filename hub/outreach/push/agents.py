"""What agents are told while the panel is closed: a push message to each browser in which they allowed it."""

from __future__ import annotations

from typing import Any

import msgspec

from hub.accounts.applications import member
from hub.chat.channels import Unreachable
from hub.chat.notices import Notice
from hub.core.hub import Hub
from hub.outreach.push.devices import devices_of
from hub.outreach.push.handing import Handing, settle, topic_of
from hub.outreach.push.reported import report_path
from storage.engine import Scope

LARGEST = 3_072
"""Bytes of what the panel's service worker gets."""
_TITLE, _BODY, _URL = 120, 300, 300


class AgentPush:
    """Reaches agents who have allowed it in a browser."""

    name = "push"

    def works(self, hub: Hub) -> bool:
        """Tell whether the installation has it: always, its keys are made when first needed."""
        return True

    async def reaches(self, hub: Hub, scope: Scope, agent: int) -> bool:
        """Tell whether the agent has a browser that takes messages."""
        if await member(hub, scope.app, agent) is None:
            return False
        return bool(await devices_of(hub, scope, "agent", agent))

    async def send(self, hub: Hub, scope: Scope, agent: int, notice: Notice) -> str:
        """Send it to all browsers of the agent; return the id by which a repeated one replaces it.

        Raises Unreachable where none takes messages any more, ChannelAway where one may later.
        """
        message = notice_message(hub, scope, notice)
        devices = await devices_of(hub, scope, "agent", agent)
        urgency: Any = "normal" if notice.kind == "unassigned" else "high"
        outcomes = await hub.part(Handing).to_browsers(scope, devices, message, notice.tag, urgency=urgency)
        try:
            settle(outcomes)
        except LookupError as error:
            raise Unreachable(error.args[0]) from None
        return topic_of(notice.tag)


def notice_message(hub: Hub, scope: Scope, notice: Notice) -> bytes:
    """Return what the panel's service worker gets, cut so that it always fits."""
    shown: dict[str, Any] = {
        "title": notice.title[:_TITLE], "body": notice.body[:_BODY], "tag": notice.tag, "url": f"/panel{notice.url}"[:_URL],
        "conversation": notice.conversation, "app": scope.app, "kind": notice.kind, "delivery": notice.delivery,
    }  # fmt: skip
    if notice.delivery:
        shown["report"] = report_path(hub, scope, notice.delivery)
    return msgspec.json.encode(shown)
