"""The server's configurations: that of a GPU is that of a CPU but for the instances."""

from pathlib import Path
from typing import Any

import pytest
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from model_repo.clinical_bert.clinical_bert import VERSION

ROOT = Path(__file__).parents[2]
ON_CPU = ROOT / "model_repo" / "clinical_bert" / "config.pbtxt"
ON_GPU = ROOT / "deploy" / "triton-gpu" / "config.pbtxt"


def _read(path: Path) -> Any:
    return text_format.Parse(path.read_text(encoding="utf-8"), model_config_pb2.ModelConfig())


def test_the_two_configurations_differ_in_their_instances_alone() -> None:
    on_cpu, on_gpu = _read(ON_CPU), _read(ON_GPU)
    kinds = model_config_pb2.ModelInstanceGroup

    assert [group.kind for group in on_cpu.instance_group] == [kinds.KIND_CPU]
    assert [(group.kind, group.count >= 2) for group in on_gpu.instance_group] == [(kinds.KIND_GPU, True)]
    for configuration in (on_cpu, on_gpu):
        del configuration.instance_group[:]
    assert on_cpu == on_gpu


@pytest.mark.parametrize("path", [ON_CPU, ON_GPU], ids=["cpu", "gpu"])
def test_no_queue_policy_is_set(path: Path) -> None:
    """With one this server's batcher sleeps with work waiting."""
    batching = _read(path).dynamic_batching

    assert batching == model_config_pb2.ModelDynamicBatching()


def test_the_version_that_the_code_is_of_is_the_one_that_is_served() -> None:
    """By default Triton serves the highest numbered folder that holds a model."""
    versions = [int(path.parent.name) for path in (ROOT / "model_repo" / "clinical_bert").glob("*/model.py")]

    assert versions == [VERSION]
