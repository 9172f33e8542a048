"""The web door: pages, assets, files, health and metrics."""
