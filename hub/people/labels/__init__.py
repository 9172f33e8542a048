"""Tags and lists: `tags`, `lists`, and `labelling` for many contacts at once."""
