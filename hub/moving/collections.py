"""What this area keeps."""

from storage.engine import Collection

MOVES = Collection("moves")
"""One document for each account that was moved in from: how far each resource has come, and what could not be taken."""

COLLECTIONS = (MOVES,)
