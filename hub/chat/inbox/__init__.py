"""How the team keeps its conversations in order: priority, labels, views, many at once, search, merging."""
