"""What this area keeps. All of it belongs to the installation: it is how a tenant is found in the first place."""

from storage.engine import Collection, Index

APPLICATIONS = Collection("applications", tenant=False)
PEOPLE = Collection("people", tenant=False)
AGENTS = Collection("agents", tenant=False, indexes=(Index(("app",)), Index(("person",))))
SESSIONS = Collection("sessions", tenant=False, indexes=(Index(("agent",)), Index(("expires",))))
GROUPS = Collection("groups", tenant=False, indexes=(Index(("app",)),))
INVITATIONS = Collection("invitations", tenant=False, indexes=(Index(("app",)),))
PASSKEYS = Collection("passkeys", tenant=False, indexes=(Index(("person",)),))
ROLES = Collection("roles", tenant=False, indexes=(Index(("app",)),))
KEYS = Collection("keys", tenant=False, indexes=(Index(("app",)),))

COLLECTIONS = (APPLICATIONS, PEOPLE, AGENTS, SESSIONS, GROUPS, INVITATIONS, PASSKEYS, ROLES, KEYS)
