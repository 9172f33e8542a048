"""The OpenAPI document against a running server: what it says comes out, and nothing else."""
