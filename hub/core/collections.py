"""What the core itself keeps: jobs, migrations, the secrets of the installation, how long its services were there,
and calls that may be repeated."""

from storage.engine import Collection, Index

JOBS = Collection("jobs", tenant=False, indexes=(Index(("due",)),))
BULK_JOBS = Collection("bulk_jobs", tenant=False, indexes=(Index(("due",)),))
"""Jobs that come in floods: a lane of their own, so that they keep no other ones waiting."""
DEAD_JOBS = Collection("dead_jobs", tenant=False, indexes=(Index(("died",)),))
MIGRATIONS = Collection("migrations", tenant=False)
INSTALLATION_FACTS = Collection("installation", tenant=False)
MARKS = Collection("marks", tenant=False)
AVAILABILITY = Collection("availability", tenant=False)
CALLS = Collection("calls", tenant=False, indexes=(Index(("expires",)),))
"""Calls of the API that may be repeated, with their first answer, for a day."""
AUDIT = Collection(
    "audit", tenant=False, indexes=(Index(("app", "at")), Index(("app", "by", "at")), Index(("app", "area", "at")))
)  # fmt: skip
"""Who changed settings and access. Of the installation, so that any batch can carry a row, whatever its scope."""

COLLECTIONS = (JOBS, BULK_JOBS, DEAD_JOBS, MIGRATIONS, INSTALLATION_FACTS, MARKS, AVAILABILITY, CALLS, AUDIT)
