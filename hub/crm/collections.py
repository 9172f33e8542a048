"""What this area keeps."""

from storage.engine import Collection, Index, Stream

PIPELINES = Collection("pipelines", values=("stages.id",))
"""Each with its stages, in order: they are few, and change seldom."""
STAGE_TOTALS = Collection("stage_totals")
"""How many deals stand in a stage, and their values by status and currency; in shares, see hub/crm/pipelines/totals.py."""
LOSS_REASONS = Collection("loss_reasons")
DEALS = Collection(
    "deals",
    indexes=(
        Index(("updated",)),
        Index(("stage", "status", "updated")),
        Index(("pipeline", "status", "updated")),
        Index(("assignee", "status", "updated")),
        # Few of each, so in the order of their ids: each index on `updated` is written with every change.
        Index(("contact",)),
        Index(("company",)),
    ),
    values=("participants", "products", "order_products.product", "tags", "loss_reason", "restricted_to", "attrs.*"),
    words=("name", "custom_id", "attrs.*"),
    folded=("name", "attrs.*"),
)
DEAL_HISTORY = Stream("deal_history")
"""One list per deal: the stages and statuses it had, with their times."""

ACTIVITY_TYPES = Collection("activity_types")
ACTIVITIES = Collection(
    "activities",
    indexes=(
        Index(("updated",)),
        Index(("done", "due")),
        Index(("assignee", "done", "due")),
        Index(("contact", "done", "due")),
        Index(("company", "done", "due")),
        Index(("deal", "done", "due")),
        Index(("type", "done", "due")),
    ),
    values=("attrs.*",),
    words=("name", "description", "custom_id", "attrs.*"),
    folded=("name", "attrs.*"),
)

CRM_NOTES = Collection("crm_notes", indexes=(Index(("about", "place")),))
"""`about` is a subject and an id (`deal:7`); by `place` the pinned ones come first, then the newest."""

PRODUCTS = Collection(
    "products",
    indexes=(Index(("updated",)),),
    values=("attrs.*",),
    words=("name", "custom_id", "attrs.*"),
    folded=("name", "attrs.*"),
)

TICKETS = Collection(
    "tickets",
    indexes=(
        Index(("updated",)),
        Index(("status", "updated")),
        Index(("assignee", "status", "updated")),
        Index(("contact",)),
        Index(("company",)),
    ),
    values=("participants", "attrs.*"),
    words=("name", "description", "custom_id", "attrs.*"),
    folded=("name", "attrs.*"),
)

COLLECTIONS = (
    PIPELINES, STAGE_TOTALS, LOSS_REASONS, DEALS, ACTIVITY_TYPES, ACTIVITIES, CRM_NOTES, PRODUCTS, TICKETS,
)  # fmt: skip
STREAMS = (DEAL_HISTORY,)
