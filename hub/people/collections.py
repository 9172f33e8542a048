"""What this area keeps."""

from storage.engine import Collection, Index, Stream

CONTACTS = Collection(
    "contacts",
    indexes=(Index(("last_seen",)),),
    values=("tags", "attrs.*"),
    words=("name", "email"),
    folded=("name", "email"),
)
BROWSERS = Collection("browsers", indexes=(Index(("contact",)),))
PAGES = Stream("pages")
"""One list per contact: the pages it visited."""

COLLECTIONS = (CONTACTS, BROWSERS)
STREAMS = (PAGES,)
