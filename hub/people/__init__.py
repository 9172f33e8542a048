"""Contacts: the people a company talks with, what they told about themselves and where they are."""
