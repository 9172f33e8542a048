"""Companies. `companies` are the verbs, `members` and `tags` what belongs to them, `keeping` how they are written."""
