"""The public REST API as User.com answers it, in both of its versions at the same addresses.

Reading order: `versions` (which version, and how names differ), `rows` (every call, one line each), `bodies` (what comes
in), `lookups` (what a query asks for), `shown` (values as they go out), then one file per resource.
"""
