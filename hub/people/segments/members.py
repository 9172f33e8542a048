"""Who is in which segments: worked out for one document, from the conditions of all segments of its kind."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from hub.core.errors import InvalidPayload
from hub.people.conditions.base import World
from hub.people.conditions.tree import Group, read_tree
from hub.people.standard import Subject
from hub.people.vocabulary import Vocabulary
from storage.engine import Document

GROUP = "group"
"""The field of a contact that says its group of agents."""


class Rule(Struct, frozen=True):
    """A segment with its tree, and the fields that its conditions look at; without a tree nobody is in it."""

    id: int
    tree: Group | None
    looks_at: frozenset[str]


class Verdict(Struct, frozen=True):
    """The segments that a document belongs to, in order, and when that may change though the document stays.

    `group` is the group of agents that follows from the segments.
    """

    segments: list[int]
    flip: int | None
    group: int | None = None


class Rules:
    """The segments of one subject, each behind those that its conditions refer to."""

    def __init__(self, words: Vocabulary, subject: Subject) -> None:
        self._words = words  # kept, so that its id stays its own
        self.all = _ordered(_read(words, subject))
        self._concerned: dict[frozenset[str], list[Rule]] = {}

    def concern(self, changed: Iterable[str] | None) -> bool:
        """Tell whether one of them looks at these fields, so that somebody has to look at the document."""
        return bool(self.all if changed is None else self.concerned(frozenset(changed)))

    def concerned(self, changed: frozenset[str]) -> list[Rule]:
        """Return those that look at one of these fields, or at a segment that does."""
        known = self._concerned.get(changed)
        if known is None:
            if len(self._concerned) >= _HELD:
                self._concerned.clear()
            known = self._concerned[changed] = self._find(changed)
        return known

    def _find(self, changed: frozenset[str]) -> list[Rule]:
        fields, found = set(changed), []
        for rule in self.all:
            if _concerns(rule.looks_at, fields) or f"segments.{rule.id}" in changed:
                fields.add(f"segments.{rule.id}")
                found.append(rule)
        return found


def rules_of(words: Vocabulary, subject: Subject = "contact") -> Rules:
    """Return the segments of a subject, worked out once per vocabulary."""
    key = (id(words), subject)
    known = _KNOWN.get(key)
    if known is None:
        known = _KNOWN[key] = Rules(words, subject)
        while len(_KNOWN) > _HELD:
            del _KNOWN[next(iter(_KNOWN))]
    return known


_HELD = 500
_KNOWN: dict[tuple[int, Subject], Rules] = {}


def _read(words: Vocabulary, subject: Subject) -> dict[int, Rule]:
    rules = {}
    world = World(words, 0, subject)
    for segment in words.segments.values():
        if segment["subject"] != subject:
            continue
        try:
            tree = read_tree(segment["where"])
            rules[segment["id"]] = Rule(segment["id"], tree, frozenset(tree.looks_at(world)))
            tree.filter(world)
        except InvalidPayload:  # it names something that was deleted
            rules[segment["id"]] = Rule(segment["id"], None, frozenset())
    return rules


def asks_for_group(words: Vocabulary, segments: Iterable[int], own: Rule | None = None) -> bool:
    """Tell whether one of these segments of contacts looks at the group, itself or through segments it refers to.

    `own` stands for the segment of its id, as it would be after a change.
    """
    known = {rule.id: rule for rule in rules_of(words).all} | ({own.id: own} if own else {})
    coming, seen = list(segments), set[int]()
    while coming:
        id = coming.pop()
        if id in seen or id not in known:
            continue
        seen.add(id)
        if GROUP in known[id].looks_at:
            return True
        coming += references(known[id])
    return False


def references(rule: Rule) -> list[int]:
    """Return the segments that a rule's conditions refer to."""
    return [int(field.removeprefix("segments.")) for field in rule.looks_at if field.startswith("segments.")]


def _ordered(rules: dict[int, Rule]) -> list[Rule]:
    found: dict[int, Rule] = {}
    coming: set[int] = set()

    def take(id: int) -> None:
        if id in found or id in coming or id not in rules:  # a circle is refused when it is made; here it ends
            return
        coming.add(id)
        for other in references(rules[id]):
            take(other)
        found[id] = rules[id]

    for id in sorted(rules):
        take(id)
    return list(found.values())


def verdict(
    document: Document, words: Vocabulary, now: int, changed: Iterable[str] | None = None, subject: Subject = "contact"
) -> Verdict:
    """Return a document's segments and group. Only segments that look at `changed` fields are asked; None asks all."""
    return verdict_in(World(words, now, subject), document, changed)


def verdict_in(
    world: World, document: Document, changed: Iterable[str] | None = None, *, timed: bool = True
) -> Verdict:
    """The same in a world that many documents share; without `timed`, nobody wants to know when it may change."""
    found = _asked(document, world, changed, timed)
    if world.subject != "contact":
        return found
    group = group_of(world.words, found.segments)
    if group != document.get(GROUP):  # segments may look at the group; those that decide it may not (grouping/rules.py)
        again = _asked({**document, "segments": found.segments, GROUP: group}, world, (GROUP,), timed)
        flip = min((each.flip for each in (found, again) if each.flip is not None), default=None)
        return Verdict(again.segments, flip, group)
    return Verdict(found.segments, found.flip, group)


def group_of(words: Vocabulary, segments: Iterable[int]) -> int | None:
    """Return the group of agents to which somebody in these segments belongs: the first rule that fits wins."""
    if not words.rules:
        return None
    inside = set(segments)
    return next((rule.group for rule in words.rules if rule.segment in inside), None)


def _asked(document: Document, world: World, changed: Iterable[str] | None, timed: bool) -> Verdict:
    rules = rules_of(world.words, world.subject)
    # Ids that this node does not know yet are those of segments that another one has just made: they stay.
    before = document.get("segments") or []
    inside = dict.fromkeys(before)
    seen = {**document, "segments": before}
    flips: list[int] = []
    for rule in rules.all if changed is None else rules.concerned(frozenset(changed)):
        if rule.tree is None:
            inside.pop(rule.id, None)
            continue
        holds = rule.tree.holds(seen, world)
        if holds != (rule.id in inside):
            if holds:
                inside[rule.id] = None
            else:
                del inside[rule.id]
            seen["segments"] = list(inside)
        if timed and (flip := rule.tree.flips(seen, world)) is not None:
            flips.append(flip)
    return Verdict(sorted(inside), min(flips, default=None))


def _concerns(looks_at: frozenset[str], changed: set[str]) -> bool:
    """Whether a change of these fields may change what is looked at: one lies in the other."""
    if not looks_at.isdisjoint(changed):
        return True
    return any(
        field.startswith(f"{other}.") or other.startswith(f"{field}.") for field in changed for other in looks_at
    )
