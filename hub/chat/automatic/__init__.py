"""Chat messages that are sent by themselves: their words for each contact, and the conversation that an answer begins."""
