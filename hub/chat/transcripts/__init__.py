"""Conversations as something to keep: a text, a page or JSON, downloaded while it is written, or mailed."""
