"""What a mail is on the wire: its headers and parts, as bytes that are the same whenever the mail is."""

from __future__ import annotations

import hashlib
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import formatdate

from hub.core.errors import InvalidPayload
from hub.outreach.mail.mail import Mail, MailFile
from hub.outreach.mail.sender import domain_of

_OURS = {
    "from", "to", "cc", "bcc", "subject", "date", "message-id", "in-reply-to", "references", "reply-to", "sender",
    "mime-version", "content-type", "content-transfer-encoding", "dkim-signature", "return-path", "received", "x-loop",
}  # fmt: skip
"""Headers that a mail doesn't bring along: they follow from its fields."""


LOOP = "X-Loop"
"""The header by which a mail that comes in is known as one that left here."""


def loop_mark(address: str) -> str:
    """Return what that header says of mails from an address."""
    return f"switchboard@{domain_of(address)}"


def message_of(mail: Mail, address: str, name: str, id: str) -> EmailMessage:
    """Return a mail from an address, with its `Message-ID`; `name` is shown where the mail names nobody.

    Raises InvalidPayload where something would break out of its header, or is no address.
    """
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = _named(mail.sender or name, address)
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Date"] = formatdate(mail.at / 1000)
        message["Message-ID"] = id
        if mail.reply_to:
            message["Reply-To"] = mail.reply_to
        if mail.before:
            message["In-Reply-To"] = mail.before[-1]
            message["References"] = " ".join(mail.before)
        for header, value in mail.headers:
            if header.lower() in _OURS:
                raise ValueError(f"{header} is none of the headers that can be added")
            message[header] = value
        message[LOOP] = loop_mark(address)
        if "Auto-Submitted" not in message:
            message["Auto-Submitted"] = "auto-generated"
        _fill(message, mail)
    except (ValueError, IndexError) as error:  # the parser of addresses stumbles over some that are none
        raise InvalidPayload(f"The mail can't be sent: {error}.") from None
    return message


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
