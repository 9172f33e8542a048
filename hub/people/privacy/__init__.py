"""What a person may ask for: what is known of them, that it is erased, and what they agreed to.

Reading order: `keepers` (who keeps something of contacts), `keeping` (what this area keeps), `dossier` (handing out),
`erasure`, `consent`, `retention`, `passing` (visitors whom nobody knows).
"""
