"""What this area keeps."""

from storage.engine import Collection, Index, Stream

CONTACTS = Collection(
    "contacts",
    indexes=(Index(("last_seen",)), Index(("updated",)), Index(("phone_number",))),
    values=("tags", "lists", "segments", "counted", "here", "group", "attrs.*", "companies.id"),
    words=("name", "first_name", "last_name", "email", "phone_number", "custom_id", "attrs.*"),
    folded=("name", "first_name", "last_name", "email", "city", "region", "country", "attrs.*"),
    marks=("alike",),
)
"""People. `attrs` by the id of the attribute; `counts` by the key of what is counted, whose keys `counted` lists."""

COMPANIES = Collection(
    "companies",
    indexes=(Index(("updated",)),),
    values=("tags", "segments", "attrs.*"),
    words=("name", "email", "custom_id", "attrs.*"),
    folded=("name", "email", "city", "region", "country", "attrs.*"),
)
BROWSERS = Collection("browsers", indexes=(Index(("contact",)),))
MERGED = Collection("merged_contacts", indexes=(Index(("merged_into",)),))
"""What became of the ids of contacts that were merged: in no list, no segment and no search."""

ERASURES = Collection("erasures")
"""Proofs that somebody was erased; a running one names the contacts, one that is done names nobody."""
RETENTION = Collection("retention")
"""One document per application, under its id: after how many days data is erased."""
ENRICHMENT = Collection("enrichment")
"""One document per application, under its id: how it enriches, with the provider's key, and this month's count."""
ENRICHMENT_RUNS = Collection("enrichment_runs")
"""Many that are enriched one after the other, and how far that has come."""
GROUP_RULES = Collection("group_rules")
"""One document per application, under its id: which segment goes to which group of agents, the first rule first."""
ATTRIBUTES = Collection("attributes")
EVENT_NAMES = Collection("event_names")
TAGS = Collection("tags")
LISTS = Collection("lists")
SEGMENTS = Collection("segments")
VIEWS = Collection("views")
"""Named questions of the people table: the team's, and each agent's own."""
OPERATIONS = Collection("operations")
IMPORTS = Collection("imports")
IMPORT_CHUNKS = Collection("import_chunks", indexes=(Index(("import", "offset")),))
"""What each chunk of rows did: whom it made, old and new values of whom it changed, the rows that it refused."""
FORMS = Collection("forms")
FORM_TALLIES = Collection("form_tallies")
"""One document per form, under its id: how often it was shown, and how often a program filled it in."""
SUBMISSIONS = Collection(
    "form_submissions", indexes=(Index(("form",)), Index(("form", "status")), Index(("contact",)), Index(("at",)))
)
"""What somebody answered; `status` is done, or of a double opt-in asked, then confirmed."""

PAGES = Stream("pages")
"""One list per contact: the pages it visited."""
EVENTS = Stream("events")
"""One list per contact: the events it sent."""
HISTORY = Stream("history")
"""One list per contact: what else happened to it, one record each with its `kind`."""
TALKS = Stream("talks")
"""One list per contact: its conversations that began, changed hands, ended and went on."""
CONSENTS = Stream("consents")
"""One list per contact: what it agreed to and took back."""
ANSWERED = Stream("answered_forms")
"""One list per contact: the forms it submitted and confirmed."""
COMPANY_HISTORY = Stream("company_history")
"""One list per company: what happened to it, as `history` of contacts."""
CHANGED = Stream("changed_contacts")
"""One list per operation on many: the contacts that it changed, part by part."""
SIZES = Stream("segment_sizes")
"""One list per segment: how many were in it at the end of each day."""

COLLECTIONS = (
    CONTACTS,
    COMPANIES,
    BROWSERS,
    MERGED,
    ERASURES,
    RETENTION,
    ENRICHMENT,
    ENRICHMENT_RUNS,
    GROUP_RULES,
    ATTRIBUTES,
    EVENT_NAMES,
    TAGS,
    LISTS,
    SEGMENTS,
    VIEWS,
    OPERATIONS,
    IMPORTS,
    IMPORT_CHUNKS,
    FORMS,
    FORM_TALLIES,
    SUBMISSIONS,
)  # fmt: skip
STREAMS = (PAGES, EVENTS, HISTORY, TALKS, CONSENTS, ANSWERED, COMPANY_HISTORY, CHANGED, SIZES)

KEPT: dict[str, Collection] = {"contact": CONTACTS, "company": COMPANIES}
"""subject → its documents, for what works for all subjects alike"""
HISTORIES: dict[str, Stream] = {"contact": HISTORY, "company": COMPANY_HISTORY}
"""subject → the stream of what happened to each"""
