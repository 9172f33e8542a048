"""What this area keeps."""

from storage.engine import Collection, Index

WEBHOOKS = Collection("webhooks")
DELIVERIES = Collection(
    "webhook_deliveries",
    indexes=(Index(("webhook", "state", "due")), Index(("webhook", "at"))),
    values=("contacts",),
)
"""What is to be sent, and what came of it. In the order of `due` they are sent."""
QUEUES = Collection("webhook_queues", tenant=False, indexes=(Index(("due",)),))
"""One for each webhook, under its id: leased to the node that sends, as jobs are."""

COLLECTIONS = (WEBHOOKS, DELIVERIES, QUEUES)
