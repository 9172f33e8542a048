"""The figures of all workers as one page for Prometheus, each with the number of its worker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prometheus_client import generate_latest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families


class _Merged:
    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> list[Metric]:
        return self._metrics


def merged(pages: Mapping[str, bytes]) -> bytes:
    """Return one page out of several, with the label `worker` on each line."""
    families: dict[str, Metric] = {}
    for worker, page in sorted(pages.items()):
        for family in text_string_to_metric_families(page.decode()):
            all_of_it = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            for sample in family.samples:
                all_of_it.add_sample(sample.name, {**sample.labels, "worker": worker}, sample.value)
    everything: Any = _Merged(list(families.values()))
    return generate_latest(everything)
