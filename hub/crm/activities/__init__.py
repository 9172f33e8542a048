"""What agents have to do, and when: calls, meetings, tasks.

Reading order: `activities` (the verbs), `fields`, `reminders`, `finding`, `types`.
"""
