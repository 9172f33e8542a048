"""Who of the team is told of what, by which ways and when: each agent says it for themselves."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct, convert

from hub.core.errors import InvalidPayload
from hub.core.weeks import Stretch, zone_of
from storage.engine import Document

Seconds = Annotated[int, Meta(ge=0, le=86_400)] | None

Kind = Literal["mine", "unassigned", "others", "assigned", "mention", "sla"]
"""A message in a conversation of mine, in one that nobody has, in a colleague's; a conversation given to me; my name in a
note; a promised time that is nearly over, or over."""
Way = Literal["desktop", "push", "email"]
Ways = Annotated[tuple[Way, ...], Meta(max_length=3)]
USUAL: tuple[Way, ...] = ("desktop", "push", "email")


Counted = Literal["mine", "unassigned", "others"]


class SoundRule(Struct, frozen=True, forbid_unknown_fields=True):
    """When the open panel rings, and how.

    kinds    what rings; null takes what the panel tells of (`desktop`)
    each     `message`: every one; `conversation`: once for each conversation, until it is read
    focused  also while the agent is in the panel, though not in that conversation
    tone     one of the sounds that the panel can make
    volume   percent; 0 is silence
    """

    kinds: Annotated[tuple[Kind, ...], Meta(max_length=6)] | None = None
    each: Literal["message", "conversation"] = "message"
    focused: bool = True
    tone: Literal["chime", "bell", "knock"] = "chime"
    volume: Annotated[int, Meta(ge=0, le=100)] = 50


class NoticeRules(Struct, frozen=True, forbid_unknown_fields=True):
    """The ways for each kind of event, and when.

    unassigned_of  `groups`: conversations that nobody has count as mine to take where they are for a group of mine, or for
                   none; `all`: whatever the group
    both           an e-mail too where a push went out and the message is still unread after the delay
    delay          seconds until an e-mail; null takes the application's
    quiet          nothing is sent in these times, but for the kinds of `always`; what is still unread is sent afterwards
    zone           an IANA time zone; empty takes that of the opening hours
    language       of what is sent; null takes the application's
    sound          when the open panel rings, and how
    badge          which unread conversations the panel counts in its title and on its icon
    """

    mine: Ways = USUAL
    unassigned: Ways = USUAL
    others: Ways = ()
    assigned: Ways = USUAL
    mention: Ways = USUAL
    sla: Ways = USUAL
    unassigned_of: Literal["groups", "all"] = "groups"
    both: bool = False
    delay: Seconds = None
    quiet: Annotated[tuple[Stretch, ...], Meta(max_length=14)] = ()
    always: Annotated[tuple[Kind, ...], Meta(max_length=6)] = ()
    zone: Annotated[str, Meta(max_length=64)] = ""
    language: Literal["en", "pl"] | None = None
    sound: SoundRule = SoundRule()
    badge: Annotated[tuple[Counted, ...], Meta(max_length=3)] = ("mine", "unassigned")

    def ways(self, kind: Kind) -> tuple[Way, ...]:
        """Return the ways for a kind of event."""
        found: tuple[Way, ...] = getattr(self, kind)
        return found


class MyNotices(NoticeRules, frozen=True):
    """The rules of whoever asks, with what the application takes where they say nothing."""

    usual_delay: float = 60.0
    usual_zone: str = "UTC"


def rules_of(agent: Document) -> NoticeRules:
    """Return the rules of a stored agent."""
    return convert(agent.get("notices") or {}, NoticeRules)


def check_rules(rules: NoticeRules) -> NoticeRules:
    """Return the rules, or raise InvalidPayload where a way stands twice or there is no such time zone."""
    for kind in get_args(Kind):
        if len(set(getattr(rules, kind))) < len(getattr(rules, kind)):
            raise InvalidPayload(f"`{kind}` names a way twice.")
    for name, kinds in (("always", rules.always), ("sound.kinds", rules.sound.kinds or ()), ("badge", rules.badge)):
        if len(set(kinds)) < len(kinds):
            raise InvalidPayload(f"`{name}` names a kind twice.")
    if rules.zone:
        zone_of(rules.zone)
    return rules
