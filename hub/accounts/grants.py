"""The permissions that verbs ask for, and who holds which."""

CONVERSATIONS_READ = "conversations.read"
CONVERSATIONS_REPLY = "conversations.reply"
CONVERSATIONS_MANAGE = "conversations.manage"
NOTES_WRITE = "notes.write"
CONTACTS_READ = "contacts.read"
CONTACTS_SELF = "contacts.self"
AGENTS_MANAGE = "agents.manage"

PERMISSIONS = {
    CONVERSATIONS_READ: "Read conversations.",
    CONVERSATIONS_REPLY: "Write messages and upload attachments.",
    CONVERSATIONS_MANAGE: "Assign, close and reopen conversations.",
    NOTES_WRITE: "Write notes that the contact never sees.",
    CONTACTS_READ: "See contacts and what they visited.",
    CONTACTS_SELF: "Tell about oneself: pages, name, e-mail address.",
    AGENTS_MANAGE: "See the agents with their roles, and remove them. For owners.",
}

CONTACT = frozenset({CONVERSATIONS_READ, CONVERSATIONS_REPLY, CONTACTS_SELF})
AGENT = frozenset({CONVERSATIONS_READ, CONVERSATIONS_REPLY, CONVERSATIONS_MANAGE, NOTES_WRITE, CONTACTS_READ})
OWNER = AGENT | {AGENTS_MANAGE}
KEY = frozenset({CONVERSATIONS_READ, CONVERSATIONS_REPLY, CONVERSATIONS_MANAGE, CONTACTS_READ})
SYSTEM = frozenset(PERMISSIONS)


def of_role(role: str) -> frozenset[str]:
    """Return what an agent of this role may do."""
    return OWNER if role == "owner" else AGENT
