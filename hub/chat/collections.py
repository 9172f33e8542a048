"""What this area keeps."""

from storage.engine import Collection, Index, Stream

CONVERSATIONS = Collection(
    "conversations",
    indexes=(
        Index(("updated",)),
        # When something changed that is no activity (who is in charge, a note, a receipt): for nodes that missed it.
        Index(("touched",)),
        Index(("status", "updated")),
        Index(("assignee", "updated")),
        Index(("assignee", "status", "updated")),
        Index(("group", "status", "updated")),
        # Few per contact, so in the order of their ids: each index on `updated` is written with every message.
        Index(("contact",)),
        Index(("browser",)),
        # Neither is written with every message: the one when somebody prioritises, the other when a turn of talk ends.
        Index(("status", "rank")),
        Index(("status", "waits")),
        # Written when a promised time begins or ends; below zero, as the one before.
        Index(("status", "sla_due")),
    ),
    values=("labels",),
)
CONVERSATION_LABELS = Collection("conversation_labels")
"""Names and colours that the team puts on conversations."""
INBOX_VIEWS = Collection("inbox_views")
"""Questions to the inbox that have a name, one's own or the team's."""
SAID = Collection("said", indexes=(Index(("conversation",)),), words=("text",))
"""Messages and notes, for those who search them; brought in a moment after they were said (inbox/indexing.py)."""
SEARCHED = Collection("searched")
"""How far the index has come in each conversation, by its id."""
INBOX_OPERATIONS = Collection("inbox_operations")
"""What was decided for many conversations at once."""
ATTACHMENTS = Collection("attachments")
SLA = Collection("sla")
"""One document per application, under its id: how soon conversations are to be answered and solved."""
SLA_TALLIES = Collection("sla_tallies", indexes=(Index(("day",)),))
"""One document per application and day: how often each promise was kept and broken."""
RATING_RULES = Collection("rating_rules")
"""One document per application, under its id: whether visitors are asked how a conversation was, and in which words."""
RATINGS = Collection("ratings", indexes=(Index(("conversation",)), Index(("asked",)), Index(("answered",))))
"""What was asked and answered about a conversation after a closing, under the id of the record that says "closed"."""
DELIVERIES = Collection(
    "deliveries",
    indexes=(Index(("conversation",)), Index(("contact",)), Index(("state", "updated")), Index(("letter",))),
)
"""What left the chat another way."""
NOTICES = Collection("notices", indexes=(Index(("conversation",)),))
"""What an agent was told of a conversation."""
MODALS = Collection("modals")
"""What shows itself on the website: modals and automatic messages."""
MODAL_TALLIES = Collection("modal_tallies")
"""One document per modal, under its id: how often it was shown, seen, clicked, dismissed and answered."""
ROUTING = Collection("routing")
"""One document per application, under its id: the rules, and the turn by which conversations are handed out one by one."""
WIDGETS = Collection("widgets")
"""How the chat looks, where and when."""
CANNED = Collection("canned")
"""Answers that are written once and used often."""
MACROS = Collection("macros")
"""What is done to a conversation in one go."""
EDITS = Collection("edits", indexes=(Index(("conversation",)),))
"""What a message says since it was changed or deleted, under its id, and what it said before."""
NOTE_EDITS = Collection("note_edits", indexes=(Index(("conversation",)),))
"""The same of notes."""
LINK_PREVIEWS = Collection("link_previews", indexes=(Index(("at",)),))
"""What pages say of themselves that links lead to, under a part of the address's hash, for a month."""
DRAFTS = Collection("drafts", indexes=(Index(("agent",)), Index(("conversation",))))
"""What agents have half written, each kind in each conversation."""
MESSAGES = Stream("messages")
"""One list per conversation: what the contact may see."""
CHANGED_CONVERSATIONS = Stream("changed_conversations")
"""One list per operation: what its conversations were before."""
NOTES = Stream("notes")
"""One list per conversation: what only agents see."""

COLLECTIONS = (
    CONVERSATIONS,
    CONVERSATION_LABELS,
    INBOX_VIEWS,
    INBOX_OPERATIONS,
    SAID,
    SEARCHED,
    SLA,
    SLA_TALLIES,
    RATING_RULES,
    RATINGS,
    ATTACHMENTS,
    DELIVERIES,
    NOTICES,
    MODALS,
    MODAL_TALLIES,
    ROUTING,
    WIDGETS,
    CANNED,
    MACROS,
    EDITS,
    NOTE_EDITS,
    LINK_PREVIEWS,
    DRAFTS,
)
STREAMS = (MESSAGES, NOTES, CHANGED_CONVERSATIONS)
