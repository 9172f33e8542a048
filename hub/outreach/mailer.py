"""Hands mails to the mail server of the settings."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from ssl import SSLContext, create_default_context
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
from msgspec import Struct

from hub.core.errors import InvalidPayload
from hub.core.settings import Settings

_TIMEOUT = 30.0


class Mail(Struct, frozen=True):
    """A mail as it is to be read: as text, and as HTML made of the same words. `id` makes a second copy known as one.

    `before` are the message ids of those that it follows, oldest first: mail programs show them as one thread.
    """

    id: str
    to: str
    sender: str
    subject: str
    text: str
    html: str
    language: str
    at: int
    before: tuple[str, ...] = ()
    reply_to: str = ""
    headers: tuple[tuple[str, str], ...] = ()


class MailRefused(Exception):
    """The mail server will never take this mail."""


def can_mail(settings: Settings) -> bool:
    """Tell whether there is a mail server and a sender."""
    return bool(settings.smtp_url and settings.mail_from)


def message_of(settings: Settings, mail: Mail) -> EmailMessage:
    """Return a mail with its headers. Raises InvalidPayload where one of them would break into another."""
    name, address = parseaddr(settings.mail_from)
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = _named(mail.sender or name, address)
        message["To"] = mail.to
        message["Subject"] = mail.subject
    except ValueError as error:
        raise InvalidPayload(f"The mail can't be sent: {error}.") from None
    message["Date"] = formatdate(mail.at / 1000)
    message["Message-ID"] = message_id(settings, mail.id)
    if mail.before:
        message["In-Reply-To"] = mail.before[-1]
        message["References"] = " ".join(mail.before)
    for header, value in mail.headers:
        message[header] = value
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    if mail.language:  # set before, it would be of the first part alone
        message["Content-Language"] = mail.language
    return message


def message_id(settings: Settings, id: str) -> str:
    """Return the `Message-ID` of a mail: the same id is always the same mail."""
    return f"<{id}@{parseaddr(settings.mail_from)[1].rpartition('@')[2]}>"


class Server(NamedTuple):
    """The mail server of the settings. `starts` TLS: it has to, or None for where it offers to."""

    host: str
    port: int
    secure: bool
    starts: bool | None
    user: str
    password: str


def server_of(settings: Settings) -> Server:
    """Return the mail server of the settings."""
    url = urlsplit(settings.smtp_url)
    secure = url.scheme == "smtps"
    starts = parse_qs(url.query).get("starttls", ["0"])[-1] not in ("0", "false", "no")
    port = url.port or (465 if secure else 587 if starts else 25)
    user, password = unquote(url.username or ""), unquote(url.password or "")
    return Server(url.hostname or "", port, secure, False if secure else True if starts else None, user, password)


async def send_mail(settings: Settings, mail: Mail) -> None:
    """Hand a mail to the server. Raises MailRefused where it says no for good, other exceptions where it may take it later."""
    server = server_of(settings)
    context: SSLContext = create_default_context()
    try:
        await aiosmtplib.send(
            message_of(settings, mail), hostname=server.host, port=server.port, username=server.user or None,
            password=server.password or None, use_tls=server.secure, start_tls=server.starts, tls_context=context,
            timeout=_TIMEOUT,
        )  # fmt: skip
    except aiosmtplib.SMTPRecipientsRefused as error:
        if all(each.code >= 500 for each in error.recipients):
            raise MailRefused(str(error)) from None
        raise
    except aiosmtplib.SMTPAuthenticationError:
        raise  # the password of the settings may be mended
    except aiosmtplib.SMTPResponseException as error:
        if error.code >= 500:
            raise MailRefused(str(error)) from None
        raise


def _named(name: str, address: str) -> str:
    quoted = name.replace("\\", "").replace('"', "").replace("\r", " ").replace("\n", " ").strip()
    return f'"{quoted}" <{address}>' if quoted else address
