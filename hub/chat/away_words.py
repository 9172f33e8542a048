"""Says when somebody is back, as people say it: today at 14:00, tomorrow at 9:00, on Monday at 9:00, on 7 January at 9:00."""

from __future__ import annotations

from datetime import datetime

from hub.core.weeks import local

_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "pl": ("w poniedziałek", "we wtorek", "w środę", "w czwartek", "w piątek", "w sobotę", "w niedzielę"),
}
_MONTHS = {
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
    "pl": (
        "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października",
        "listopada", "grudnia",
    ),
}  # fmt: skip


def when_back(at: int | None, zone: str, now: int, language: str) -> str:
    """Return a moment (UTC milliseconds) in words, seen from now; "soon" where it is not known."""
    if at is None:
        return "wkrótce" if language == "pl" else "soon"
    then = local(zone, at)
    clock = f"{then.hour}:{then.minute:02d}"
    day = _day(then, (then.date() - local(zone, now).date()).days, language)
    return f"{day} o {clock}" if language == "pl" else f"{day} at {clock}"


def _day(then: datetime, ahead: int, language: str) -> str:
    polish = language == "pl"
    if ahead == 0:
        return "dziś" if polish else "today"
    if ahead == 1:
        return "jutro" if polish else "tomorrow"
    if ahead < 7:
        return _DAYS[language][then.weekday()] if polish else f"on {_DAYS[language][then.weekday()]}"
    date = f"{then.day} {_MONTHS[language][then.month - 1]}"
    return date if polish else f"on {date}"
