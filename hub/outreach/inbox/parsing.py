"""Any mail becomes an `Incoming`, however ugly it is: nothing here raises for what somebody sends."""

from __future__ import annotations

import email
import hashlib
from email.message import Message
from email.policy import compat32

from msgspec import Struct

from hub.outreach.inbox import headers
from hub.outreach.inbox.headers import Address
from hub.outreach.inbox.parts import File, walk
from hub.outreach.inbox.quoting import split
from hub.outreach.inbox.session import Fetched
from hub.outreach.inbox.sorting import Sorted, sort_mail

_QUOTED = 20_000
"""Characters of the mail that was answered that are kept."""


class Incoming(Struct, frozen=True):
    """A mail as it was read.

    key       the same for the same mail, from whatever mailbox and however often it is fetched
    to        where it went, all of To, Cc and what servers add (Delivered-To …)
    after     message ids that it answers, the nearest first
    said      what somebody wrote; `quoted` what their program added
    cut_off   whether the mail is so large that its end was not fetched
    sorted    what kind of mail it is
    sent_through  what the servers on its way said of its sender (Authentication-Results), the last one first
    """

    uid: int
    key: str
    message_id: str
    sender: Address | None
    to: list[Address]
    others: list[Address]
    subject: str
    after: list[str]
    date: int | None
    at: int
    size: int
    said: str
    quoted: str
    files: list[File]
    cut_off: bool
    sorted: Sorted
    sent_through: list[str]


def parse(mail: Fetched) -> Incoming:
    """Return a mail as it was read. It takes its time: not for the event loop."""
    message = email.message_from_bytes(mail.raw, policy=compat32)
    cut_off = mail.size > len(mail.raw)
    found = walk(message)
    files = found.files[:-1] if cut_off and found.files else found.files  # the last one is not whole
    said, quoted = _words(found.texts)
    senders = headers.addresses(message, "From") or headers.addresses(message, "Sender", "Reply-To")
    subject = headers.text_of(message, "Subject")
    return Incoming(
        uid=mail.uid, key=key_of(message), message_id=next(iter(headers.ids(message, "Message-ID")), ""),
        sender=senders[0] if senders else None,
        to=headers.addresses(message, "To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To"),
        others=headers.addresses(message, "To", "Cc"), subject=subject,
        after=_answered(message), date=headers.date_of(message), at=mail.at, size=mail.size, said=said,
        quoted=quoted[:_QUOTED], files=files, cut_off=cut_off, sorted=sort_mail(message, subject),
        sent_through=[" ".join(str(each).split())[:2_000] for each in message.get_all("Authentication-Results", [])],
    )  # fmt: skip


def key_of(message: Message) -> str:
    """Return what is the same for the same mail: some programs give all their mails one id, and some give none."""
    sender = ",".join(each.email for each in headers.addresses(message, "From"))
    id = next(iter(headers.ids(message, "Message-ID")), "")
    parts = (id, sender, str(message.get("Date")), "" if id else headers.text_of(message, "Subject"))
    return hashlib.blake2s("\x00".join(parts).encode("utf-8", "replace"), digest_size=16).hexdigest()


def key_of_head(raw: bytes) -> str:
    """Return the key of a mail of which only the headers were fetched."""
    return key_of(email.message_from_bytes(raw, policy=compat32))


def _answered(message: Message) -> list[str]:
    nearest = headers.ids(message, "In-Reply-To")
    return list(dict.fromkeys([*nearest, *reversed(headers.ids(message, "References"))]))


def _words(texts: list[tuple[str, str, bool]]) -> tuple[str, str]:
    """Return what was written in all parts of the text, and what was cut from them."""
    said, cut = [], []
    for text, quoted, _ in texts:
        own, more = split(text)
        said.append(own)
        cut += [part for part in (more, quoted) if part]
    whole = "\n\n".join(part for part in said if part)
    return _storable(whole), _storable("\n\n".join(cut))


def _storable(text: str) -> str:
    """Return text without what no engine keeps, and without other characters that nobody can see."""
    kept = text.encode("utf-8", "replace").decode()
    return "".join(each for each in kept if each >= " " or each in "\n\t")
