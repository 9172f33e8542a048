"""Who takes part in a room: a browser, a phone by plain RTP (`phone`), or a phone by its provider's media stream (`stream`)."""
