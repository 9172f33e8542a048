"""What the team is told beside a message that came by mail, in the language of the application."""

from __future__ import annotations

from hub.outreach.inbox.matching import Match
from hub.outreach.inbox.parsing import Incoming
from storage.engine import Document
from storage.filters import fold

_WORDS = {
    "en": {
        "others": "This mail also went to: {names}",
        "other": "This answer came from another address: {address}",
        "refers": "This mail answers conversation {id}, which belongs to somebody else.",
        "left_out": "Not taken over from the mail, which stays in the mailbox: {names}",
        "cut_off": "The mail is larger than {size} MB: its last files stay in the mailbox.",
        "forged": "The sender's address may be forged: the mail server did not confirm it.",
    },
    "pl": {
        "others": "Ten e-mail trafił też do: {names}",
        "other": "Ta odpowiedź przyszła z innego adresu: {address}",
        "refers": "Ten e-mail jest odpowiedzią w rozmowie {id}, która należy do kogoś innego.",
        "left_out": "Nie przejęto z wiadomości, która zostaje w skrzynce: {names}",
        "cut_off": "Wiadomość ma ponad {size} MB: jej ostatnie pliki zostają w skrzynce.",
        "forged": "Adres nadawcy może być podrobiony: serwer pocztowy go nie potwierdził.",
    },
}  # fmt: skip
_MOST = 20


def note_about(
    locale: str, mailbox: Document, mail: Incoming, found: Match, left_out: list[str], whose: str | None
) -> str:
    """Return what there is to know of a mail that its message does not show; empty where that is nothing."""
    words = _WORDS.get(locale, _WORDS["en"])
    assert mail.sender is not None
    lines = []
    if found.how == "address" and found.agent is None and fold(whose or "") != fold(mail.sender.email):
        lines.append(words["other"].format(address=mail.sender.email))
    if found.refers is not None:
        lines.append(words["refers"].format(id=found.refers))
    if found.proof == "forged":
        lines.append(words["forged"])
    known = {fold(mail.sender.email), fold(whose or "")}
    others = [each.email for each in mail.others if fold(each.email) not in known and not _is_own(each.email, mailbox)]
    if others:
        lines.append(words["others"].format(names=", ".join(others[:_MOST])))
    if left_out:
        lines.append(words["left_out"].format(names="; ".join(left_out[:_MOST])))
    if mail.cut_off:
        lines.append(words["cut_off"].format(size=mail.size // 1_048_576))
    return "\n".join(lines)


def _is_own(address: str, mailbox: Document) -> bool:
    local, _, domain = address.lower().partition("@")
    return f"{local.partition('+')[0]}@{domain}" == mailbox["address"]
