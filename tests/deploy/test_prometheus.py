"""What is deployed for Prometheus can be read by it, and asks for metrics that are there."""

import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import promql_parser
import yaml

from tests.chaos.test_killed_listener import free_port, listener
from tests.conftest import ROOT
from tests.e2e.scraping import scrape
from tests.e2e.streaming import streaming
from tests.extract.standin import shared_server, shared_server_options, stand_in_repository
from transforms.extract.client import ClientOptions, TritonClient
from transforms.extract.server import RunningServer

__all__ = ["shared_server", "shared_server_options", "stand_in_repository"]  # fixtures

FOLDER = ROOT / "deploy" / "prometheus"
RULES = yaml.safe_load((FOLDER / "chartstream.rules.yml").read_text())["groups"]


def selectors(expression: Any) -> Iterator[str]:
    """The series that a parsed expression asks for."""
    if isinstance(expression, promql_parser.VectorSelector):
        assert expression.name is not None
        yield expression.name
    for part in ("expr", "lhs", "rhs", "vector_selector", "vs"):
        if (inner := getattr(expression, part, None)) is not None:
            yield from selectors(inner)
    for argument in getattr(expression, "args", ()):
        yield from selectors(argument)


EXPRESSIONS = {rule["alert"]: promql_parser.parse(rule["expr"]) for group in RULES for rule in group["rules"]}
ASKED = {name for expression in EXPRESSIONS.values() for name in selectors(expression)}


def test_each_alert_asks_for_something_and_says_what_to_do() -> None:
    assert len(EXPRESSIONS) == sum(len(group["rules"]) for group in RULES)
    for group in RULES:
        for rule in group["rules"]:
            assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
            assert rule["labels"]["severity"] in ("page", "ticket")
            assert set(rule["annotations"]) == {"summary", "description"}
            assert set(selectors(EXPRESSIONS[rule["alert"]]))


def test_every_metric_of_the_alerts_is_served(tmp_path, options: ClientOptions, server: RunningServer) -> None:
    at = [free_port(), free_port()]
    TritonClient(options).submit(["a cough"]).result()
    with (
        listener(tmp_path / "spool", free_port(), "--metrics", str(at[0])),
        streaming(tmp_path / "spool", tmp_path / "out", "--metrics", str(at[1])),
    ):
        pages = [scrape(port).text for port in at]
    with urllib.request.urlopen(f"http://127.0.0.1:{server.ports.metrics}/metrics") as answer:
        pages.append(answer.read().decode())
    served = {name for page in pages for name in re.findall(r"^(\w+)[{ ]", page, re.M)}
    of_prometheus = {"up"}
    assert ASKED - of_prometheus <= served
    of_triton = re.findall(r"^\| `(nv_\w+)`", (ROOT / "docs/how-to/monitor.md").read_text(), re.M)
    assert {"nv_inference_exec_count", *of_triton} <= served
    assert len(of_triton) == 3


def test_what_is_scraped_is_where_the_services_serve() -> None:
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    assert [(FOLDER / file).is_file() for file in config["rule_files"]] == [True]
    targets = {one["job_name"]: one["static_configs"][0]["targets"] for one in config["scrape_configs"]}
    for job in ("listen", "stream"):
        service = yaml.safe_load((ROOT / f"deploy/systemd/{job}.yaml").read_text())
        assert targets[f"chartstream-{job}"] == [service["metrics"]]
    assert {str(one) for one in re.findall(r'job=~?"([^"]+)"', str(RULES))} == {"chartstream-(listen|stream)"}
