"""What a mail is on the wire: its headers and parts, as bytes that are the same whenever the mail is."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any

from hub.core.errors import InvalidPayload
from hub.outreach.mail.mail import Mail, MailFile
from hub.outreach.mail.sender import domain_of

_OURS = {
    "from", "to", "cc", "bcc", "subject", "date", "message-id", "in-reply-to", "references", "reply-to", "sender",
    "mime-version", "content-type", "content-transfer-encoding", "dkim-signature", "return-path", "received", "x-loop",
}  # fmt: skip
"""Headers that a mail doesn't bring along: they follow from its fields."""
_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")
_WIDTH = 76


class _Wire(EmailPolicy):
    """The library's policy, but long addresses stay whole: it would make encoded words of a link in `List-Unsubscribe`."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return a header as lines."""
        small = name.lower()
        if small in ("from", "to", "reply-to", "subject") or small.startswith("content-") or not value.isascii():
            return super().fold_binary(name, value)
        lines = [f"{name}:"]
        for word in str(value).split():
            if len(lines[-1]) + len(word) > _WIDTH and lines[-1] != f"{name}:":
                lines.append("")
            lines[-1] += f" {word}"
        return "\r\n".join([*lines, ""]).encode()


class _Headers(HeaderRegistry):
    """The library's kinds of headers, each one made once: it makes a class for every header of every mail."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type] = {}

    def __getitem__(self, name: str) -> Any:
        """Return the kind of a header."""
        known = self._made.get(name.lower())
        if known is None:
            known = self._made[name.lower()] = super().__getitem__(name)
        return known


_WIRE = _Wire(linesep="\r\n", header_factory=_Headers())
_WIDE = _WIRE.clone(utf8=True)
"""For addresses that have other letters than ASCII before their @ (RFC 6531)."""


LOOP = "X-Loop"
"""The header by which a mail that comes in is known as one that left here."""


def loop_mark(address: str) -> str:
    """Return what that header says of mails from an address."""
    return f"switchboard@{domain_of(address)}"


def message_of(mail: Mail, address: str, name: str, id: str) -> EmailMessage:
    """Return a mail from an address, with its `Message-ID`; `name` is shown where the mail names nobody.

    Raises InvalidPayload where something would break out of its header, or is no address.
    """
    to = envelope_address(mail.to)
    message = EmailMessage(policy=_WIRE if to.isascii() else _WIDE)
    try:
        message["From"] = _named(mail.sender or name, address)
        message["To"] = to
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(datetime.fromtimestamp(mail.at // 1000, UTC))
        message["Message-ID"] = id
        if mail.reply_to:
            message["Reply-To"] = mail.reply_to
        if mail.before:
            message["In-Reply-To"] = mail.before[-1]
            message["References"] = " ".join(mail.before)
        for header, value in mail.headers:
            if header.lower() in _OURS or not _NAME.fullmatch(header):
                raise ValueError(f"{header} is none of the headers that can be added")
            message[header] = value
        message[LOOP] = loop_mark(address)
        if "Auto-Submitted" not in message:
            message["Auto-Submitted"] = "auto-generated"
        _fill(message, mail)
    except (ValueError, IndexError) as error:  # the parser of addresses stumbles over some that are none
        raise InvalidPayload(f"The mail can't be sent: {error}.") from None
    return message


def envelope_address(address: str) -> str:
    """Return an address as servers know it: the name of its domain in ASCII. Raises InvalidPayload."""
    name, _, domain = address.rpartition("@")
    try:
        return f"{name}@{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError:
        raise InvalidPayload(f"The mail can't be sent: {domain} is no domain.") from None


def _fill(message: EmailMessage, mail: Mail) -> None:
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    shown = [each for each in mail.files if each.cid]
    html = message.get_payload()[1]  # type: ignore[index]
    assert isinstance(html, MIMEPart)
    for number, each in enumerate(shown):
        _attach(html, each, number)
    for number, each in enumerate(file for file in mail.files if not file.cid):
        _attach(message, each, number)
    for depth, part in enumerate(each for each in message.walk() if each.is_multipart()):
        # The library would draw lots: a repeated mail has to be the very same.
        part.set_boundary(f"=={hashlib.blake2s(f'{depth} {mail.id}'.encode(), digest_size=12).hexdigest()}==")
    if mail.language:  # set before, it would be of the first part alone
        message["Content-Language"] = mail.language


def _attach(part: MIMEPart, file: MailFile, number: int) -> None:
    kind, _, sub = file.type.partition("/")
    if not sub or kind in ("multipart", "message"):
        kind, sub = "application", "octet-stream"
    if file.cid:
        part.add_related(
            file.content, maintype=kind, subtype=sub, cid=f"<{file.cid}>", filename=file.name, disposition="inline"
        )
    else:
        part.add_attachment(file.content, maintype=kind, subtype=sub, filename=file.name)


def _named(name: str, address: str) -> str:
    quoted = "".join(" " if each in "\r\n" else each for each in name if each not in '"\\').strip()
    return f'"{quoted}" <{address}>' if quoted else address
