"""Live segments: who belongs to one, kept right with every change and with time.

Reading order: `segments` (the verbs), `members` (the verdict over a document), `membership` (after each change),
`building` and `marking` (a new segment), `preview` (while it is written), `sizes` (by day), `needs` (what is counted).
"""
