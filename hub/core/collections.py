"""What the core itself keeps: jobs, migrations and the secrets of the installation."""

from storage.engine import Collection, Index

JOBS = Collection("jobs", tenant=False, indexes=(Index(("due",)),))
DEAD_JOBS = Collection("dead_jobs", tenant=False, indexes=(Index(("died",)),))
MIGRATIONS = Collection("migrations", tenant=False)
INSTALLATION_FACTS = Collection("installation", tenant=False)

COLLECTIONS = (JOBS, DEAD_JOBS, MIGRATIONS, INSTALLATION_FACTS)
