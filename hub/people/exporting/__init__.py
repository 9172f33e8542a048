"""Contacts as CSV and XLSX files, in a stream: `exports` (the verb), `harmless` (cells that could run as formulas)."""
