"""The permissions that verbs ask for, and who holds which."""

CONVERSATIONS_READ = "conversations.read"
CONVERSATIONS_REPLY = "conversations.reply"
CONVERSATIONS_MANAGE = "conversations.manage"
NOTES_WRITE = "notes.write"
CONTACTS_READ = "contacts.read"
CONTACTS_SELF = "contacts.self"
CONTACTS_TRACK = "contacts.track"
CONTACTS_IDENTIFY = "contacts.identify"
CONTACTS_WRITE = "contacts.write"
CONTACTS_IMPORT = "contacts.import"
CONTACTS_EXPORT = "contacts.export"
CONTACTS_PRIVACY = "contacts.privacy"
CONTACTS_ENRICH = "contacts.enrich"
ATTRIBUTES_MANAGE = "attributes.manage"
SEGMENTS_MANAGE = "segments.manage"
CRM_READ = "crm.read"
CRM_WRITE = "crm.write"
CRM_MANAGE = "crm.manage"
VIEWS_SHARE = "views.share"
INBOX_MANAGE = "inbox.manage"
ANSWERS_SHARE = "answers.share"
FORMS_MANAGE = "forms.manage"
FORMS_FILL = "forms.fill"
AGENTS_READ = "agents.read"
AGENTS_INVITE = "agents.invite"
MODALS_MANAGE = "modals.manage"
MODALS_SHOW = "modals.show"
MODALS_SEE = "modals.see"
AGENTS_MANAGE = "agents.manage"
ROLES_MANAGE = "roles.manage"
SECURITY_MANAGE = "security.manage"
AUDIT_READ = "audit.read"
PROFILE = "profile.own"
APPLICATION_MANAGE = "application.manage"
FAULTS_REPORT = "faults.report"
ENRICHMENT_MANAGE = "enrichment.manage"
KEYS_MANAGE = "keys.manage"
GROUPS_MANAGE = "groups.manage"
HOURS_MANAGE = "hours.manage"
WIDGETS_MANAGE = "widgets.manage"
EMAILS_SEND = "emails.send"
MOVING_IN = "moving.in"
WEBHOOKS_MANAGE = "webhooks.manage"
CALLS_TALK = "calls.talk"
CALLS_TAKE = "calls.take"
CALLS_READ = "calls.read"
CALLS_HEAR = "calls.hear"
CALLS_LISTEN = "calls.listen"
CALLS_MANAGE = "calls.manage"

PERMISSIONS = {
    CONVERSATIONS_READ: "Read conversations.",
    CONVERSATIONS_REPLY: "Write messages and upload attachments.",
    CONVERSATIONS_MANAGE: "Assign, close and reopen conversations.",
    NOTES_WRITE: "Write notes that the contact never sees.",
    CONTACTS_READ: "See contacts and what they visited.",
    CONTACTS_SELF: "Tell about oneself: name, e-mail address.",
    CONTACTS_TRACK: "Be followed: pages and events.",
    CONTACTS_IDENTIFY: "Say who uses a mobile application.",
    CONTACTS_WRITE: "Make and change contacts and companies, tag them and put them on lists.",
    CONTACTS_IMPORT: "Import contacts from files, and take imports back.",
    CONTACTS_EXPORT: "Export contacts and conversations as files, and mail conversations.",
    CONTACTS_PRIVACY: "Hand out and erase all that is kept of a contact, and say how long data is kept. For owners and API keys.",
    CONTACTS_ENRICH: "Ask a provider what it knows of a contact or a company.",
    ATTRIBUTES_MANAGE: "Make and change attributes, tags and lists.",
    SEGMENTS_MANAGE: "Make and change segments.",
    ENRICHMENT_MANAGE: "Set up enrichment, and enrich many at once. For owners and API keys.",
    CRM_READ: "See deals, activities, notes about people and deals, products and tickets.",
    CRM_WRITE: "Make and change deals, activities, notes about people and deals, products and tickets.",
    CRM_MANAGE: "Make and change pipelines with their stages, loss reasons and types of activities.",
    VIEWS_SHARE: "Share views of people with the team, and change those that are shared.",
    INBOX_MANAGE: "Make and change labels of conversations, and views of the inbox that the team shares.",
    ANSWERS_SHARE: "Make and change canned answers and macros that colleagues use too.",
    FORMS_MANAGE: "Make and change forms.",
    FORMS_FILL: "See forms that are switched on, and fill them in.",
    AGENTS_READ: "See the agents with their roles and the invitations.",
    AGENTS_INVITE: "Invite people to the team. For owners.",
    AGENTS_MANAGE: "Give agents other roles and names, end their sign-ins, and remove them. For owners.",
    ROLES_MANAGE: "Make and change roles. For owners.",
    SECURITY_MANAGE: "Say how agents have to sign in. For owners.",
    AUDIT_READ: "See who changed settings and access. For owners.",
    PROFILE: "Change one's own name, password and second factor, and see one's own sign-ins. Every agent may.",
    MODALS_MANAGE: "Make and change modals and automatic messages, and show them to everybody who is meant.",
    MODALS_SHOW: "Show a modal to a visitor.",
    MODALS_SEE: "See the modals that are meant for oneself, and say what one did with them.",
    FAULTS_REPORT: "Report faults to whoever runs the installation, and follow them.",
    APPLICATION_MANAGE: "Change the application itself: its name, its websites, its files. Only owners delete it.",
    KEYS_MANAGE: "See, make, rename and revoke API keys. For owners, never for a key.",
    EMAILS_SEND: "Write e-mail templates, and send e-mails to contacts. For owners and API keys.",
    GROUPS_MANAGE: "Make and change groups of agents, and say whose conversations go to them. For owners and API keys.",
    HOURS_MANAGE: "Say when the team is there, and what is said while it is not. For owners and API keys.",
    WIDGETS_MANAGE: "Say how the chat looks, where it shows and what it asks first. For owners and API keys.",
    MOVING_IN: "Bring in what was elsewhere, with its own times and authors. For the command line alone.",
    CALLS_TALK: "Call, and take part in calls.",
    CALLS_TAKE: "Be rung, and hand calls over.",
    CALLS_READ: "See who called whom, and when.",
    CALLS_HEAR: "Hear what was recorded of calls.",
    CALLS_LISTEN: "Listen to calls of others while they go on. For owners.",
    CALLS_MANAGE: "Say whether and how calls ring. For owners and API keys.",
    WEBHOOKS_MANAGE: "Say which programs are told what happens, and see what they were told. For owners and API keys.",
}

CONTACT = frozenset(
    {CONVERSATIONS_READ, CONVERSATIONS_REPLY, CONTACTS_SELF, CONTACTS_TRACK, FORMS_FILL, MODALS_SEE, CALLS_TALK}
)
UNTRACKED = CONTACT - {CONTACTS_TRACK, MODALS_SEE}
"""What a contact may do that has not agreed to be followed."""
GUEST = frozenset({FORMS_FILL})
"""What somebody may do who comes without a socket, from a page with a form and no chat."""
_PEOPLE = {
    CONTACTS_READ, CONTACTS_WRITE, CONTACTS_IMPORT, CONTACTS_EXPORT, CONTACTS_ENRICH, ATTRIBUTES_MANAGE, SEGMENTS_MANAGE,
    VIEWS_SHARE,
    INBOX_MANAGE,
    FORMS_MANAGE, MODALS_MANAGE, MODALS_SHOW,
    ANSWERS_SHARE,
}  # fmt: skip
_CRM = {CRM_READ, CRM_WRITE, CRM_MANAGE}
AGENT = frozenset(
    {
        PROFILE,
        FAULTS_REPORT,
        CONVERSATIONS_READ,
        CONVERSATIONS_REPLY,
        CONVERSATIONS_MANAGE,
        NOTES_WRITE,
        CALLS_TALK,
        CALLS_TAKE,
        CALLS_READ,
        CALLS_HEAR,
        *_PEOPLE,
        *_CRM,
    }
)
OWNER = AGENT | {
    AGENTS_READ, AGENTS_INVITE, AGENTS_MANAGE, ROLES_MANAGE, SECURITY_MANAGE, AUDIT_READ,
    EMAILS_SEND, GROUPS_MANAGE, HOURS_MANAGE, KEYS_MANAGE, CONTACTS_PRIVACY, ENRICHMENT_MANAGE, WEBHOOKS_MANAGE,
    WIDGETS_MANAGE,
    CALLS_LISTEN, CALLS_MANAGE,
    APPLICATION_MANAGE,
}  # fmt: skip
KEY = frozenset(
    {
        CONTACTS_IDENTIFY,
        CONVERSATIONS_READ,
        CONVERSATIONS_REPLY,
        CONVERSATIONS_MANAGE,
        CALLS_READ,
        CALLS_HEAR,
        CALLS_MANAGE,
        CONTACTS_PRIVACY,
        EMAILS_SEND,
        ENRICHMENT_MANAGE,
        GROUPS_MANAGE,
        HOURS_MANAGE,
        WEBHOOKS_MANAGE,
        WIDGETS_MANAGE,
        *_PEOPLE,
        *_CRM,
    }
)
"""What an API key may be allowed."""
MOBILE = frozenset({CONTACTS_IDENTIFY})
SYSTEM = frozenset(PERMISSIONS)


OWNERS_ALONE = frozenset({SECURITY_MANAGE})
"""What no other built-in role may: with it one could lock the owners out."""
BUILT_IN = {"owner": OWNER, "admin": OWNER - OWNERS_ALONE, "agent": AGENT}
"""The roles that every application has; its own ones stand beside them (hub/accounts/roles.py)."""
ASSIGNABLE = OWNER - {PROFILE}
"""What a role of an application may be given."""
_AREAS = {
    "conversations": "conversations", "notes": "conversations", "inbox": "conversations", "widgets": "conversations",
    "answers": "conversations", "calls": "conversations",
    "contacts": "people", "attributes": "people", "segments": "people", "views": "people", "forms": "people",
    "enrichment": "people",
    "crm": "crm",
    "emails": "reach", "modals": "reach",
    "agents": "team", "roles": "team", "groups": "team", "hours": "team",
    "keys": "programs", "webhooks": "programs",
    "security": "safety", "application": "safety", "faults": "safety", "audit": "safety",
}  # fmt: skip


def area_of(permission: str) -> str:
    """Return under which heading a permission stands."""
    return _AREAS.get(permission.partition(".")[0], "other")
