"""How visitors rate a conversation after it was closed: asked once per closing, answered in the chat or by a link."""
