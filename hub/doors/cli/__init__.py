"""The command-line door: what an operator types, and the socket through which it reaches a running server."""
