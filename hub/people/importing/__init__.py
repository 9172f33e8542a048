"""Contacts from files: CSV and XLSX, in chunks of one batch each, so that a crash loses nothing and doubles nothing.

Reading order: `reading` (a file as rows), `sheets` (XLSX), `inspecting` (what a file holds), `mapping` (its columns as
attributes), `planning` (what a chunk of rows changes), `running` (the durable job), `undoing`, `imports` (the verbs).
"""
