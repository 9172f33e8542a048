"""Applications, the people who run them, keys and sign-in: who is asking, and in whose data."""
