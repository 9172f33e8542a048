"""Calls: recording, messages, phones."""
