"""What owners are told by mail of the end of their application: that it is ordered, near, taken back, or done."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hub.accounts.applications import application, owners
from hub.core.hub import Hub

_WORTH = 2 * 86_400_000
"""Milliseconds for which such a mail is worth sending."""

_WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "ordered": ("{app} will be deleted on {at}",
                    "The deletion of {app} was ordered. On {at} all of it is erased: conversations, people, deals, files and "
                    "settings. Until then everything works as before, and every owner can keep the application."),
        "tomorrow": ("{app} will be deleted tomorrow",
                     "On {at} {app} is erased with everything in it. This is the last reminder. Whoever wants to keep it says "
                     "so in the settings before then."),
        "kept": ("{app} is kept", "{by} took the deletion of {app} back. Nothing is deleted."),
        "done": ("{app} was deleted", "{app} and everything in it was erased on {at}. It can't be brought back."),
        "button": "Open the settings", "after": "You get this mail because you own this application.",
    },
    "pl": {
        "ordered": ("{app} zostanie usunięta: {at}",
                    "Zlecono usunięcie aplikacji {app}. Wszystko zostanie skasowane {at}: rozmowy, osoby, transakcje, pliki i "
                    "ustawienia. Do tego czasu nic się nie zmienia, a każdy właściciel może zachować aplikację."),
        "tomorrow": ("Jutro zostanie usunięta {app}",
                     "Aplikacja {app} zostanie skasowana ze wszystkim, co zawiera: {at}. To ostatnie przypomnienie. Aby ją "
                     "zachować, trzeba to wcześniej wybrać w ustawieniach."),
        "kept": ("{app} zostaje", "{by} cofa usunięcie aplikacji {app}. Nic nie zostanie skasowane."),
        "done": ("Usunięto: {app}", "Aplikacja {app} i wszystko, co zawierała, zostało skasowane {at}. Nie da się tego cofnąć."),
        "button": "Otwórz ustawienia", "after": "Wysyłamy to, bo jesteś właścicielem tej aplikacji.",
    },
}  # fmt: skip


async def letters(hub: Hub, app: int, what: str, at: int, by: str = "") -> list[dict[str, Any]]:
    """Return the mails to all owners, each as the payload of the job that sends it."""
    known = await application(hub, app)
    words = _WORDS.get(known.locale, _WORDS["en"])
    subject, text = words[what]
    when = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(known.zone))
    facts = {"app": known.name, "at": f"{when:%Y-%m-%d %H:%M} ({known.zone})", "by": by}
    now = hub.clock.now()
    return [
        {
            "id": f"deletion-{what}-{app}-{at}-{owner.id}", "to": owner.email, "from": known.name,
            "subject": " ".join(subject.format(**facts).split()), "text": text.format(**facts),
            "button": words["button"], "link": f"{hub.settings.base_url()}/panel/settings/application",
            "after": words["after"], "language": known.locale, "at": now, "until": now + _WORTH, "contact": None,
        }
        for owner in await owners(hub, app)
    ]  # fmt: skip
