"""Gives names to what conditions speak of before it was seen: a segment may be made before its first event comes."""

from __future__ import annotations

from typing import Any

from hub.core.hub import Hub
from hub.people.attributes import attribute_for
from hub.people.conditions.attribute import HasAttribute
from hub.people.conditions.event import SentEvent
from hub.people.conditions.tag import HasTag
from hub.people.conditions.tree import Group, leaves
from hub.people.labels.tags import tag_named
from hub.people.standard import Subject
from hub.people.tracking.custom_events import event_named
from storage.engine import Scope


async def name_unseen(hub: Hub, scope: Scope, subject: Subject, tree: Group) -> None:
    """Make the events, tags and attributes of a tree that are not there yet. Raises InvalidPayload for bad names."""
    for each in leaves(tree):
        if isinstance(each, SentEvent):
            await event_named(hub, scope, each.event)
        elif isinstance(each, HasTag):
            await tag_named(hub, scope, each.tag)
        elif isinstance(each, HasAttribute):
            await attribute_for(hub, scope, subject, each.attribute, _example(each))


def _example(asked: HasAttribute) -> Any:
    """A value of the type that the comparison speaks of."""
    value = asked.value[0] if isinstance(asked.value, list) and asked.value else asked.value
    return "" if value is None else value
