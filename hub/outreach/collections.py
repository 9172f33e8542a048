"""What this area keeps."""

from storage.engine import Collection, Index

TEMPLATES = Collection("email_templates", indexes=(Index(("name",)),))
TEMPLATE_VERSIONS = Collection("email_template_versions", indexes=(Index(("template", "version")),))
"""What a template said before and says now, the newest versions."""

CAMPAIGNS = Collection("email_campaigns")
"""What was sent to some contacts together, in the words of that time: a template may change or go afterwards."""
EMAILS = Collection("emails", indexes=(Index(("contact",)), Index(("campaign",))))
"""One for each contact of a campaign, with what became of it."""

MAIL_SENDERS = Collection("mail_senders")
"""Over what the application's mails go out: all its senders in one document, whose id is that of the application."""

PUSH_DEVICES = Collection("push_devices", indexes=(Index(("agent",)), Index(("contact",))))
"""Browsers that take push messages, each of one agent or of one contact."""
PUSH_SETTINGS = Collection("push_settings")
"""One for each application, by its id."""

MAILBOXES = Collection("mailboxes")
"""Mailboxes that are read, with how far each was read (`reading`) and whether it can be (`state`)."""
MAILBOX_TURNS = Collection("mailbox_turns", tenant=False, indexes=(Index(("due",)),))
"""One for each mailbox, under its id: leased to the node that reads it, as jobs are."""
MAILS = Collection(
    "mails",
    indexes=(Index(("message_id",)), Index(("conversation",)), Index(("contact",)), Index(("mailbox",)),
             Index(("sender", "at"))),
)  # fmt: skip
"""What came in by mail, with what became of it."""

COLLECTIONS = (
    TEMPLATES, TEMPLATE_VERSIONS, CAMPAIGNS, EMAILS, MAIL_SENDERS, PUSH_DEVICES, PUSH_SETTINGS, MAILBOXES, MAILBOX_TURNS,
    MAILS,
)  # fmt: skip
