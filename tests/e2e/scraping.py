"""What a process says of itself over HTTP, as Prometheus and a service manager see it."""

import urllib.error
import urllib.request
from dataclasses import dataclass

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families


def get(port: int, path: str) -> tuple[int, str]:
    """Status and body."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@dataclass(frozen=True)
class Page:
    """One scrape."""

    text: str
    families: dict[str, Metric]

    def value(self, name: str, **labels: str) -> float:
        """Of the one sample of that name and those labels."""
        (found,) = (
            sample.value
            for family in self.families.values()
            for sample in family.samples
            if sample.name == name and sample.labels == labels
        )
        return float(found)

    def values(self, name: str, label: str) -> dict[str, int]:
        """A counter by the values of its label, less what is 0."""
        return {
            sample.labels[label]: int(sample.value)
            for family in self.families.values()
            for sample in family.samples
            if sample.name == name and sample.value
        }

    def documented(self) -> set[tuple[str, str, str]]:
        """Name, type and label of each metric of ours, as docs/how-to/monitor.md has them."""
        found = set()
        for family in self.families.values():
            if family.name.startswith("chartstream_") and not family.name.endswith("_created"):
                name = f"{family.name}_total" if family.type == "counter" else family.name
                labels = {label for sample in family.samples for label in sample.labels} - {"le"}
                found.add((name, family.type, ", ".join(sorted(labels))))
        return found


def scrape(port: int) -> Page:
    status, text = get(port, "/metrics")
    assert status == 200, text
    return Page(text, {family.name: family for family in text_string_to_metric_families(text)})
