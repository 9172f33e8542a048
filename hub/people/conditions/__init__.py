"""Conditions on contacts and companies: one file each, found by scanning this folder.

Read `base` (what a condition is), `tree` (groups, and how a tree is read from JSON), then any of the others. Segments,
filters of the people view, automations and modals all ask through these.
"""
