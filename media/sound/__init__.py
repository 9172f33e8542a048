"""Sound itself: Opus and G.711, other rates, the buffer that evens out the network, and what is played."""
