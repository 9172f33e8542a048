"""Media workers: processes of their own that take part in calls where sound has to pass through the server.

Nothing of ours is imported here: a worker knows rooms, legs and sound, and nothing of applications, people or the store.
"""
