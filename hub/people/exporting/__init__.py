"""Contacts as CSV and XLSX files, in a stream: `exports` (the verb), `files` (rows of anything as a file), `harmless`
(cells that could run as formulas)."""
