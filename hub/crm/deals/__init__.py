"""Deals. Reading order: `deals` (the verbs), `fields` (what is given, checked), `changing` (one batch with all that follows),
`presenting`, `finding`, `board`, `history`.
"""
