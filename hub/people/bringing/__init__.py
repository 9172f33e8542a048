"""Contacts, companies, lists and events as they were elsewhere, with their own times. (`hub/core/past.py` says how.)"""
