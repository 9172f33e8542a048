"""The mails about fault reports, in both languages."""

from __future__ import annotations

from typing import Any

from hub.core.hub import Hub
from storage.engine import Document

_WORTH = 3 * 86_400_000

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "accepted": "Your report was accepted.", "working": "Your report is being worked on.",
        "waiting": "We need something from you to go on.", "resolved": "The fault is repaired. Tell us if it still happens.",
        "answered": "There is an answer to your report.", "judged": "Your report has another category now.",
        "closed": "Your report is closed: its cause and its effects are removed, and the function is restored.",
        "new": "A new report came in.", "commented": "The reporter added something.",
        "reopened": "The fault still happens, says the reporter.",
        "response_soon": "The first answer is due soon.", "response_missed": "The first answer is late.",
        "repair_soon": "The repair is due soon.", "repair_missed": "The repair is late.",
        "subject": "Fault {id}: {what}", "button": "Open the report",
        "reporter": "You get this because you reported a fault.", "operator": "You get this because you operate this installation.",
        "closing": "Cause: {cause}\nFunction: {function}\nEffects: {effects}\nData: {data}",
    },
    "pl": {
        "accepted": "Zgłoszenie zostało przyjęte.", "working": "Pracujemy nad zgłoszeniem.",
        "waiting": "Potrzebujemy czegoś od Ciebie, żeby pójść dalej.",
        "resolved": "Usterka jest naprawiona. Napisz, jeśli nadal występuje.",
        "answered": "Jest odpowiedź na Twoje zgłoszenie.", "judged": "Zgłoszenie ma teraz inną kategorię.",
        "closed": "Zgłoszenie jest zamknięte: przyczyna i skutki zostały usunięte, a funkcja przywrócona.",
        "new": "Przyszło nowe zgłoszenie.", "commented": "Osoba zgłaszająca coś dodała.",
        "reopened": "Usterka nadal występuje, pisze osoba zgłaszająca.",
        "response_soon": "Wkrótce mija termin pierwszej odpowiedzi.", "response_missed": "Minął termin pierwszej odpowiedzi.",
        "repair_soon": "Wkrótce mija termin naprawy.", "repair_missed": "Minął termin naprawy.",
        "subject": "Usterka {id}: {what}", "button": "Otwórz zgłoszenie",
        "reporter": "Wysyłamy to, bo zgłosiłeś lub zgłosiłaś usterkę.", "operator": "Wysyłamy to operatorowi tej instalacji.",
        "closing": "Przyczyna: {cause}\nFunkcja: {function}\nSkutki: {effects}\nDane: {data}",
    },
}  # fmt: skip


def letter(hub: Hub, document: Document, payload: dict[str, Any], email: str, language: str) -> dict[str, Any]:
    """Return a mail as the payload of the job that sends it; the same fact always makes the same mail."""
    words = _WORDS.get(language, _WORDS["en"])
    id, what = document["id"], payload["what"]
    said = words[what]
    parts = [said, payload["text"] if what != "closed" else words["closing"].format(**document["closing"])]
    if payload["to"] == "operator":
        parts.insert(1, f"{document['app_name']} · {document['category']} · {document['reporter']['name']}")
    return {
        "id": f"fault-{id}-{what}-{payload['at']}-{payload['to']}", "to": email, "from": "Switchboard",
        "subject": words["subject"].format(id=id, what=said.rstrip(".")), "text": "\n\n".join(each for each in parts if each),
        "button": words["button"], "link": f"{hub.settings.base_url()}/panel/faults/{id}", "after": words[payload["to"]],
        "language": language, "at": payload["at"], "until": payload["at"] + _WORTH, "contact": None,
    }  # fmt: skip
