"""What this area keeps: of the installation, because its operator reads the reports of all applications."""

from storage.engine import Collection, Index

FAULTS = Collection("faults", tenant=False, indexes=(Index(("app",)), Index(("open",))))
"""A report with its history. `due` is when somebody is to be warned next; null once it is closed."""
SUPPORT_TERMS = Collection("support_terms", tenant=False)
SUPPORT_SERVICES = Collection("support_services")
"""The plan of a customer, with the customer's own data, so that it goes with it."""

FIRST_HOURS = Collection("first_hours")
"""What is done of the first hour of an application, under its own id."""

DEMO_DATA = Collection("demo_data")
"""What the demo data of an application made, under the application's id."""

COLLECTIONS = (DEMO_DATA, FIRST_HOURS, FAULTS, SUPPORT_TERMS, SUPPORT_SERVICES)
