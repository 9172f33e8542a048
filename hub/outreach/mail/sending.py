"""The one way in which mails leave: over a sender, to its server."""

from __future__ import annotations

import ssl

import aiosmtplib

from hub.core.hub import Hub
from hub.outreach.mail.mail import Mail, MailLater, MailRefused
from hub.outreach.mail.message import message_of
from hub.outreach.mail.sender import id_of, sender_of, stored_senders

_TIMEOUT = 30.0
_NO_SENDER = 30_000


async def can_mail(hub: Hub, app: int) -> bool:
    """Tell whether mails of an application have a way out: a sender of its own, or the installation's."""
    return await sender_of(hub, app) is not None


async def send_mail(hub: Hub, app: int, mail: Mail, sender: int | None = None) -> str:
    """Hand a mail of an application to the server of a sender (the default one unless it is named); return its `Message-ID`.

    A sender that is gone is replaced by the default one. Raises MailRefused where the server says no for good,
    InvalidPayload where the mail can't be one, MailLater (with how long) where it may be taken later.
    """
    chosen = await sender_of(hub, app, sender)
    if chosen is None:
        raise MailLater(_NO_SENDER, "There is no mail server to send it over.")
    id = id_of(hub.settings, await stored_senders(hub, app), mail.id, mail.at, sender)
    message = message_of(mail, chosen.address, chosen.name, id)
    try:
        await aiosmtplib.send(
            message, hostname=chosen.host, port=chosen.port, username=chosen.user or None,
            password=chosen.password or None, use_tls=chosen.security == "tls",
            start_tls={"starttls": True, "offered": None}.get(chosen.security, False),
            tls_context=ssl.create_default_context(), timeout=_TIMEOUT,
        )  # fmt: skip
    except aiosmtplib.SMTPRecipientsRefused as error:
        if all(each.code >= 500 for each in error.recipients):
            raise MailRefused(str(error)) from None
        raise MailLater(0, str(error)) from None
    except aiosmtplib.SMTPAuthenticationError as error:
        raise MailLater(0, str(error)) from None  # the password may be mended
    except aiosmtplib.SMTPResponseException as error:
        if error.code >= 500:
            raise MailRefused(str(error)) from None
        raise MailLater(0, str(error)) from None
    except (aiosmtplib.SMTPException, OSError) as error:
        raise MailLater(0, str(error)) from None
    return id
