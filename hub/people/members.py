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


class Rule(Struct, frozen=True):
    """A segment with its tree, and the fields that its conditions look at; without a tree nobody is in it."""

    id: int
    tree: Group | None
    looks_at: frozenset[str]


class Verdict(Struct, frozen=True):
    """The segments that a document belongs to, in order, and when that may change though the document stays."""

    segments: list[int]
    flip: int | None


def rules_of(words: Vocabulary, subject: Subject = "contact") -> list[Rule]:
    """Return the segments of a subject, each behind those that its conditions refer to."""
    key = (id(words), subject)
    known = _KNOWN.get(key)
    if known is None or known[0] is not words:
        known = _KNOWN[key] = (words, _ordered(_read(words, subject)))
        while len(_KNOWN) > _HELD:
            del _KNOWN[next(iter(_KNOWN))]
    return known[1]


_HELD = 200
_KNOWN: dict[tuple[int, Subject], tuple[Vocabulary, list[Rule]]] = {}


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
    """Return a document's segments. Only those that look at `changed` fields are asked; None asks all."""
    rules = rules_of(words, subject)
    known = {rule.id for rule in rules}
    before = [id for id in document.get("segments") or () if id in known]
    inside = dict.fromkeys(before)
    world = World(words, now, subject)
    seen = {**document, "segments": before}
    fields = None if changed is None else set(changed)
    flips: list[int] = []
    for rule in rules:
        if fields is not None and not _concerns(rule.looks_at, fields):
            continue
        holds = rule.tree is not None and rule.tree.holds(seen, world)
        if holds != (rule.id in inside):
            if holds:
                inside[rule.id] = None
            else:
                del inside[rule.id]
            seen = {**document, "segments": list(inside)}
            if fields is not None:
                fields.add(f"segments.{rule.id}")
        if rule.tree is not None and (flip := rule.tree.flips(seen, world)) is not None:
            flips.append(flip)
    return Verdict(sorted(inside), min(flips, default=None))


def _concerns(looks_at: frozenset[str], changed: set[str]) -> bool:
    """Whether a change of these fields may change what is looked at: one lies in the other."""
    if not looks_at.isdisjoint(changed):
        return True
    return any(
        field.startswith(f"{other}.") or other.startswith(f"{field}.") for field in changed for other in looks_at
    )
