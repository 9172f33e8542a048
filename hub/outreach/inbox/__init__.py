"""What comes in by mail: answers join their conversation, new mails begin one.

Reading order: `mailboxes` (what an agent sets up) and `checking` (whether it works), `reading` (one node, one thread for
each mailbox: `hand`, `session`), `parsing` (any mail becomes an `Incoming`: `headers`, `parts`, `html`, `quoting`), `sorting`
(people, machines, bounces, complaints), `matching` (whose conversation), `taking` (the message), `marking` (never twice).
"""
