"""What every area stands on: actor, verb, event, errors, the hub itself. Knows nothing about chat or people."""
