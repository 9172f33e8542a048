"""What happens to a command, in five steps: shape → who → verb → reply → error. The answer is always an ack."""

from __future__ import annotations

from typing import Any

import msgspec

from hub.core.errors import InvalidPayload, TokenExpired, UnknownCommand
from hub.core.hub import Hub
from hub.doors.errors import as_hub_error
from hub.doors.live.commands import NOTHING, SPREAD, Command, table
from hub.doors.live.sessions import Session

COMMANDS = {"visitor": table("visitor"), "agent": table("agent")}

_INPUTS: dict[str, Any] = {}
"""What each command takes, once it was looked up."""


async def dispatch(hub: Hub, session: Session, name: str, arguments: tuple[Any, ...]) -> dict[str, Any]:
    """Return the ack of a command: `{"ok": true, …}` or `{"ok": false, "error": {…}}`."""
    try:
        command = COMMANDS[session.face].get(name)
        if command is None:
            raise UnknownCommand
        input = _shape(command, arguments)
        if session.expires and session.expires <= hub.clock.now():
            raise TokenExpired
        return _reply(command, await command.call(hub, session.actor, input))
    except Exception as error:
        return {"ok": False, "error": as_hub_error(hub, error, name).as_wire()}


def _shape(command: Command, arguments: tuple[Any, ...]) -> Any:
    if len(arguments) != 1 or not isinstance(arguments[0], dict):
        raise InvalidPayload("A command takes one object.")
    input = _INPUTS.get(command.name)
    if input is None:
        input = _INPUTS[command.name] = command.verb.input
    return msgspec.convert(arguments[0], input)


def _reply(command: Command, result: Any) -> dict[str, Any]:
    if command.reply is NOTHING:
        return {"ok": True}
    if command.reply == SPREAD:
        fields = {name: getattr(result, name) for name in result.__struct_fields__}
        return {"ok": True} | {name: value for name, value in fields.items() if value is not msgspec.UNSET}
    return {"ok": True, command.reply: result}
