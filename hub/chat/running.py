"""Carries a macro out: each of its steps by the verb that an agent would use, so that it does nothing that an agent can't.

Sent again with the same client id it does nothing twice: messages and notes know theirs, and the other steps say how
things shall be, not what is to change.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
from msgspec import Struct

from hub.accounts.grants import CONVERSATIONS_MANAGE
from hub.chat.belonging import seen
from hub.chat.collections import MACROS
from hub.chat.conversations import Id, get_conversation
from hub.chat.filling import filled
from hub.chat.inbox.marking import (
    LabelConversation,
    PrioritiseConversation,
    label_conversation,
    prioritise_conversation,
)
from hub.chat.macros import STEPS, MacroDoes, Step
from hub.chat.messages import ClientId, NewMessage, send
from hub.chat.notes import NewNote, add_note
from hub.chat.routing import GroupConversation, group_conversation
from hub.chat.states import (
    AssignConversation,
    ConversationRef,
    SnoozeConversation,
    assign_conversation,
    close_conversation,
    reopen_conversation,
    snooze_conversation,
)
from hub.core.actor import Actor
from hub.core.errors import HubError, InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import Batch, Missing, Scope

_MINUTE = 60_000


class RunMacro(Struct, frozen=True, forbid_unknown_fields=True):
    """Which macro, in which conversation. The client id makes running it twice the same as once."""

    macro: Id
    conversation: Id
    client_id: ClientId


class MacroFailure(Struct, frozen=True):
    """The step that was refused, and why; what was to follow was not done."""

    step: Step
    code: str
    message: str


class MacroRun(Struct, frozen=True):
    """The steps that were done, in their order, and the one that failed, if one did."""

    done: list[Step]
    failed: MacroFailure | None


class _Run(Struct, frozen=True):
    conversation: int
    client_id: str
    does: MacroDoes
    message: str
    note: str


@verb(CONVERSATIONS_MANAGE)
async def run_macro(hub: Hub, actor: Actor, given: RunMacro) -> MacroRun:
    """Do what a macro does, step by step, up to the first that is refused. Raises NotFound.

    Raises InvalidPayload, before anything is done, where a variable of its texts has no value.
    """
    document = await seen(hub, actor, MACROS, given.macro)
    await get_conversation(hub, actor, given.conversation)
    does = msgspec.convert(document["does"], MacroDoes)
    message, lacks = await filled(hub, actor, given.conversation, does.texts, does.message)
    note, lacks_too = await filled(hub, actor, given.conversation, {}, does.note)
    if missing := [*lacks, *lacks_too]:
        names = ", ".join(dict.fromkeys(missing))
        raise InvalidPayload(f"There is no value for {names}.", reason="values_missing", names=names)
    run = _Run(given.conversation, given.client_id, does, message, note)
    done: list[Step] = []
    for step in STEPS:
        try:
            if await _STEPS[step](hub, actor, run):
                done.append(step)
        except HubError as error:
            return MacroRun(done, MacroFailure(step, error.code, error.message))
    await _count(hub, actor, given.macro)
    return MacroRun(done, None)


async def _count(hub: Hub, actor: Actor, macro: int) -> None:
    batch = Batch(Scope(actor.scope.app))
    batch.patch(MACROS, macro, inc={"used": 1})
    try:
        await hub.commit(batch)
    except Missing:
        pass  # deleted at this very moment


async def _assign(hub: Hub, actor: Actor, run: _Run) -> bool:
    match run.does.assign:
        case None:
            return False
        case to if to.to == "group":
            await group_conversation(hub, actor, GroupConversation(run.conversation, to.id))
        case to:
            agent = actor.id if to.to == "me" else to.id
            if to.to == "me" and actor.kind != "agent":
                raise InvalidPayload("A key takes charge of nothing.")
            await assign_conversation(hub, actor, AssignConversation(run.conversation, agent))
    return True


async def _label(hub: Hub, actor: Actor, run: _Run) -> bool:
    if run.does.labels:
        await label_conversation(hub, actor, LabelConversation(run.conversation, add=run.does.labels))
    return bool(run.does.labels)


async def _prioritise(hub: Hub, actor: Actor, run: _Run) -> bool:
    if run.does.priority:
        await prioritise_conversation(hub, actor, PrioritiseConversation(run.conversation, run.does.priority))
    return run.does.priority is not None


async def _note(hub: Hub, actor: Actor, run: _Run) -> bool:
    if run.note:
        await add_note(hub, actor, NewNote(run.client_id, run.conversation, run.note))
    return bool(run.note)


async def _say(hub: Hub, actor: Actor, run: _Run) -> bool:
    if run.message:
        await send(hub, actor, NewMessage(run.client_id, run.message, run.conversation))
    return bool(run.message)


async def _turn(hub: Hub, actor: Actor, run: _Run) -> bool:
    turn = run.does.turn
    if turn is None:
        return False
    if turn.to == "closed":
        await close_conversation(hub, actor, ConversationRef(run.conversation))
    elif turn.to == "open":
        await reopen_conversation(hub, actor, ConversationRef(run.conversation))
    else:
        until = hub.clock.now() + (turn.minutes or 1) * _MINUTE
        await snooze_conversation(hub, actor, SnoozeConversation(run.conversation, until))
    return True


_STEPS: dict[Step, Callable[[Hub, Actor, _Run], Awaitable[bool]]] = {
    "assign": _assign, "label": _label, "priority": _prioritise, "note": _note, "message": _say, "turn": _turn,
}  # fmt: skip
