"""What the team is told beside a text message, in the language of the application."""

from __future__ import annotations

_WORDS = {
    "en": {
        "media": "Pictures that came with this text and are not taken over (look at your provider): {n}",
        "nobody": "This sender can’t be answered: it has no number that takes texts.",
        "stop": "This person wants no more texts. What you answer does not go out by SMS until they write START.",
        "start": "This person takes texts again.",
    },
    "pl": {
        "media": "Obrazki, które przyszły z tym SMS-em i nie zostały przejęte (są u dostawcy numeru): {n}",
        "nobody": "Temu nadawcy nie można odpowiedzieć: nie ma numeru, który przyjmuje SMS-y.",
        "stop": "Ta osoba nie chce więcej SMS-ów. Odpowiedzi nie wyjdą SMS-em, dopóki nie napisze START.",
        "start": "Ta osoba znów przyjmuje SMS-y.",
    },
}


def note_about(locale: str, *, media: int, nobody: bool, wish: bool | None) -> str:
    """Return what there is to know of a text that its message does not show; empty where that is nothing."""
    words = _WORDS.get(locale, _WORDS["en"])
    lines = [words["media"].format(n=media)] if media > 0 else []
    if nobody:
        lines.append(words["nobody"])
    if wish is not None:
        lines.append(words["stop" if wish else "start"])
    return "\n".join(lines)
