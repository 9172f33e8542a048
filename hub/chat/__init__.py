"""Conversations: messages and notes, who is there, who has read what, attachments."""
