"""Structured logs: one line per fact, with names and values. Never secrets, never what people wrote."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog


def configure(level: str, format: str) -> Any:
    """Return the logger of this process, writing to standard error as text or as JSON."""
    renderer: Any
    if format == "json":
        renderer = structlog.processors.JSONRenderer()
    else:
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info if format == "json" else _same,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    return structlog.get_logger()


def _same(_logger: Any, _name: str, facts: Any) -> Any:
    return facts
