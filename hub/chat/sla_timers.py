"""What becomes of promised times: worked out of a conversation as it is stored, and of nothing else.

A timer has when it is `due`, when that is near (`warn`), when it was `done`, and whether the promise was `broken`. While a
conversation is pending or snoozed no time passes: what was `left` is due again from when it is open.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from hub.accounts.opening import HoursRule
from hub.chat.records import SlaKind
from hub.chat.sla_policies import SlaPolicy
from storage.engine import Document

ALWAYS = HoursRule(on=False)
_MINUTE = 60_000


class Turned(Struct, frozen=True):
    """Something became of a promise."""

    kind: SlaKind
    what: Literal["warning", "breach", "met", "missed"]
    due: int


def advance(
    document: Document, policy: SlaPolicy | None, hours: HoursRule, now: int
) -> tuple[Document | None, list[Turned]]:
    """Return what a conversation keeps of its promises at a moment, and what became of them since it was kept last."""
    before: Document | None = document.get("sla")
    closed = document["status"] == "closed"
    if before is None and (policy is None or closed):
        return None, []
    if before is not None and before["ended"] and not closed:
        before = None  # it was closed and is open again: a new promise
    if before is None:
        if policy is None:
            return None, []
        since = now if document.get("sla") else document["created"]
        before = {"policy": policy.id, "since": since, "timers": {}, "paused": None, "ended": False}
    sla = {**before, "timers": {kind: dict(each) for kind, each in before["timers"].items()}}
    turned: list[Turned] = []
    if policy is not None and not sla["ended"]:
        clock = hours if policy.business else ALWAYS
        if sla["policy"] != policy.id:
            sla["policy"], sla["timers"] = policy.id, {k: t for k, t in sla["timers"].items() if t["done"] is not None}
        _pause(sla, document["status"], clock, now)
        _begin(sla, document, policy, clock)
    _end(sla, document, now, turned)
    if not sla["ended"] and not sla["paused"]:
        _tell(sla, now, turned)
    return sla, turned


def wakes(sla: Document | None, now: int) -> int | None:
    """Return when something becomes of the promises by time alone; None where nothing does."""
    if sla is None or sla["paused"] or sla["ended"]:
        return None
    running = [each for each in sla["timers"].values() if each["done"] is None and not each["broken"]]
    return min((each["due"] if each["warned"] else each["warn"] for each in running), default=None)


def due(sla: Document | None) -> int | None:
    """Return when the first promise is due that runs."""
    if sla is None or sla["paused"] or sla["ended"]:
        return None
    return min((each["due"] for each in sla["timers"].values() if each["done"] is None), default=None)


def still(document: Document, kind: SlaKind, what: str, due: int) -> bool:
    """Tell whether a promise of which somebody is to be told is still near (`warning`) or broken (`breach`), and open."""
    sla: Document = document.get("sla") or {"timers": {}}
    timer = sla["timers"].get(kind)
    if timer is None or timer["done"] is not None or timer["due"] != due or document["status"] != "open":
        return False
    # What was answered a moment ago is seen in the conversation before its promises are looked at.
    answered = document.get("answered") is not None if kind == "first" else document.get("waits") != -timer["since"]
    return not (what == "warning" and timer["broken"]) and not (kind != "resolution" and answered)


def _pause(sla: Document, status: str, clock: HoursRule, now: int) -> None:
    running = [each for each in sla["timers"].values() if each["done"] is None]
    if status in ("pending", "snoozed"):
        if not sla["paused"]:
            sla["paused"] = now
            for each in running:
                each["left"] = clock.between(now, each["due"])
                each["left_warn"] = clock.between(now, each["warn"])
    elif sla["paused"]:
        sla["paused"] = None
        for each in running:
            if not each["broken"]:
                each["due"] = clock.after(now, each["left"]) or each["due"]
                each["warn"] = clock.after(now, each["left_warn"]) or each["warn"]


def _begin(sla: Document, document: Document, policy: SlaPolicy, clock: HoursRule) -> None:
    timers, waits = sla["timers"], document.get("waits")
    asked = None if waits is None else -waits
    answered = document.get("answered") is not None
    if policy.first and asked is not None and not answered and "first" not in timers:
        _start(timers, "first", asked, policy.first, policy.warn, clock)
    if policy.next and asked is not None and answered and timers.get("next", {}).get("since") != asked:
        _start(timers, "next", asked, policy.next, policy.warn, clock)
    if policy.resolution and "resolution" not in timers:
        _start(timers, "resolution", sla["since"], policy.resolution, policy.warn, clock)


def _start(timers: Document, kind: str, since: int, minutes: int, warn: int, clock: HoursRule) -> None:
    time = minutes * _MINUTE
    due, near = clock.after(since, time), clock.after(since, time * warn // 100)
    if due is not None and near is not None:
        new: dict[str, Any] = {"since": since, "due": due, "warn": near, "warned": False, "broken": False, "done": None}
        timers[kind] = new


def _end(sla: Document, document: Document, now: int, turned: list[Turned]) -> None:
    """Note what was answered and closed, and when that was."""
    timers, answered = sla["timers"], document.get("answered")
    last = document.get("last") or {}
    if answered is not None:
        _done(timers, "first", -answered, turned)
    if document.get("waits") is None and "next" in timers:
        who = last.get("author", {}).get("kind")
        if who == "agent":
            _done(timers, "next", last["at"], turned)
        elif who == "contact" or document["status"] == "closed":
            _let_go(timers, "next", document["updated"])  # nobody answered: it was closed
        else:
            _done(timers, "next", now, turned)
    if document["status"] == "closed" and not sla["ended"]:
        sla["ended"], sla["paused"] = True, None
        _done(timers, "resolution", document["updated"], turned)
        _let_go(timers, "first", document["updated"])
        _let_go(timers, "next", document["updated"])


def _let_go(timers: Document, kind: SlaKind, at: int) -> None:
    """End what was not answered: in time nothing was broken and nothing kept, and what is broken stays so."""
    timer = timers.get(kind)
    if timer is not None and timer["done"] is None:
        if timer["broken"]:
            timer["done"] = at
        else:
            del timers[kind]


def _done(timers: Document, kind: SlaKind, at: int, turned: list[Turned]) -> None:
    timer = timers.get(kind)
    if timer is None or timer["done"] is not None:
        return
    timer["done"] = at
    late = timer["broken"] or at > timer["due"]
    if late and not timer["broken"]:
        timer["broken"] = True
        turned.append(Turned(kind, "missed", timer["due"]))
    elif not late:
        turned.append(Turned(kind, "met", timer["due"]))


def _tell(sla: Document, now: int, turned: list[Turned]) -> None:
    for kind, timer in sla["timers"].items():
        if timer["done"] is not None or timer["broken"]:
            continue
        if now >= timer["due"]:
            timer["broken"] = timer["warned"] = True
            turned += [Turned(kind, "breach", timer["due"]), Turned(kind, "missed", timer["due"])]
        elif now >= timer["warn"] and not timer["warned"]:
            timer["warned"] = True
            turned.append(Turned(kind, "warning", timer["due"]))
