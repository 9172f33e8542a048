"""The sounds that come with the worker, and the program that made them (`python -m media.sounds.make`): nothing is of others."""
