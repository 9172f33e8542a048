"""Benchmarks: each against a limit or a named peer in the same run. `make bench` prints them as one table."""
