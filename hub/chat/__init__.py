"""Conversations: messages and notes, who is there, who has read what, attachments, and what becomes of messages to whoever
is away (`fallback`)."""
