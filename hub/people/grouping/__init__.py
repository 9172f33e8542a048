"""Which group of agents a contact belongs to: it follows from the contact's segments, by an ordered list of rules.

Reading order: `rules` (the verbs), `segments.members` (the group of one contact, found with its segments and written in
the same batch), `applying` (all contacts, when the rules change), `belonging` (for other areas). Conversations follow
in `hub.chat.routing`.
"""
