"""What this area keeps."""

from storage.engine import Collection, Index, Stream

CONVERSATIONS = Collection(
    "conversations",
    indexes=(
        Index(("updated",)),
        Index(("status", "updated")),
        Index(("assignee", "status", "updated")),
        Index(("contact", "updated")),
        Index(("browser", "updated")),
    ),
)
ATTACHMENTS = Collection("attachments")
MESSAGES = Stream("messages")
"""One list per conversation: what the contact may see."""
NOTES = Stream("notes")
"""One list per conversation: what only agents see."""

COLLECTIONS = (CONVERSATIONS, ATTACHMENTS)
STREAMS = (MESSAGES, NOTES)
