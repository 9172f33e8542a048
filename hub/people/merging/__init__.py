"""Several contacts become one: `merges` (the verb), `joining` (their documents), `replacing` (who finds the one that is
left), `duplicates` and `likeness` (who may be one person), `apart` (who is not).
"""
