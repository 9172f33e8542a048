"""Tags and lists: `tags`, `lists`, what both have in common in `naming`, and `joining` for two that are one."""
