"""The contract of the server (text in, findings out) as any client sees it: here NVIDIA's own, and plain HTTP."""

import ast
import http.client
import json
import queue
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tritonclient.grpc as tritongrpc
from tritonclient.utils import InferenceServerException

from tests.extract.standin import shared_server, stand_in_repository  # noqa: F401  fixtures
from tests.model_repo.small_model import write_served_model
from transforms.extract.server import RunningServer, start_server

MODEL = "clinical_bert"
DOCUMENTED = Path(__file__).parents[2] / "docs" / "how-to" / "serve.md"
FLAGS = ("negated", "uncertain", "historical", "hypothetical")


@pytest.fixture
def client(server) -> Iterator[tritongrpc.InferenceServerClient]:
    with tritongrpc.InferenceServerClient(server.endpoint) as opened:
        yield opened


def tensor(*texts: bytes) -> tritongrpc.InferInput:
    given = tritongrpc.InferInput("TEXT", [len(texts), 1], "BYTES")
    given.set_data_from_numpy(np.array(texts, dtype=np.object_).reshape(-1, 1))
    return given


def infer(client: tritongrpc.InferenceServerClient, *texts: str | bytes, **parameters: Any) -> list[dict[str, Any]]:
    encoded = [text.encode() if isinstance(text, str) else text for text in texts]
    result = client.infer(MODEL, [tensor(*encoded)], parameters={"labels": "clinical"} | parameters)
    answers = result.as_numpy("JSON")
    assert answers.shape == (len(texts), 1)
    return [json.loads(answer) for answer in answers.reshape(-1)]


def together(client: tritongrpc.InferenceServerClient, *requests: tuple[list[bytes], dict[str, Any]]) -> list[Any]:
    """The answers, or errors, of requests that wait in the server's queue at the same time."""
    # Both instances are busy for a second, so what comes meanwhile is merged into one call of the model.
    done: queue.Queue[tuple[int, Any]] = queue.Queue()
    jobs = [([b"SLEEP"], {"labels": "clinical"})] * 2 + list(requests)
    for number, (texts, parameters) in enumerate(jobs):
        client.async_infer(
            MODEL,
            [tensor(*texts)],
            lambda result, error, number=number: done.put((number, error or result)),
            parameters=parameters,
        )
        if number < 2:
            time.sleep(0.2)
    outcomes = dict(done.get(timeout=60) for _ in jobs)
    return [outcomes[number] for number in range(2, len(jobs))]


def test_the_contract_in_the_servers_own_words(client):
    metadata = client.get_model_metadata(MODEL, as_json=True)
    assert metadata["inputs"] == [{"name": "TEXT", "datatype": "BYTES", "shape": ["-1", "1"]}]
    assert metadata["outputs"] == [{"name": "JSON", "datatype": "BYTES", "shape": ["-1", "1"]}]
    configuration = client.get_model_config(MODEL, as_json=True)["config"]
    assert configuration["max_batch_size"] == 256
    assert "default_queue_policy" not in configuration["dynamic_batching"]


def test_an_answer_a_note_in_their_order(client):
    answers = infer(client, *(f"{'cough ' * (number % 3)}" for number in range(256)))
    assert [len(answer["entities"]) for answer in answers] == [number % 3 for number in range(256)]


def test_a_request_of_too_many_notes_is_refused(client):
    with pytest.raises(InferenceServerException, match="256"):
        infer(client, *["cough"] * 257)


def test_a_malformed_request_fails_alone(client):
    clinical = {"labels": "clinical"}
    outcomes = together(
        client,
        ([b"cough", b"caf\xe9"], clinical),
        ([b"cough"], {"labels": "poetry"}),
        ([b"cough"], {}),
        ([b"cough"], clinical | {"deadline_unix_ms": "soon"}),
        ([b"FAIL", b"cough"], clinical),
        ([b"a cough", b"no cough"], clinical),
    )
    errors = [outcome.message() for outcome in outcomes[:-1]]
    assert errors[0] == "note 1 is not valid UTF-8"
    assert errors[1] == errors[2] == "parameter labels must be one of biomedical, clinical"
    assert "deadline_unix_ms" in errors[3]
    assert errors[4] == "note 0 failed: ValueError"  # and not the text, which this exception quotes
    answers = [json.loads(answer) for answer in outcomes[-1].as_numpy("JSON").reshape(-1)]
    assert [answer["entities"][0]["start"] for answer in answers] == [2, 3]


def test_a_request_that_is_late_fails_alone(client):
    soon = int((time.time() + 0.6) * 1000)  # before an instance is free
    late, patient = together(
        client,
        ([b"cough"], {"labels": "clinical", "deadline_unix_ms": soon}),
        ([b"cough"], {"labels": "clinical", "deadline_unix_ms": soon + 60_000}),
    )
    assert late.message() == "the deadline had passed"
    assert "CANCELLED" in late.status()
    assert json.loads(patient.as_numpy("JSON")[0, 0])["entities"]


def test_requests_for_different_labels_share_a_pass_and_get_their_own(client):
    outcomes = together(
        client,
        *(([b"cough"] * number, {"labels": labels}) for number in (1, 2, 3) for labels in ("clinical", "biomedical")),
    )
    assert [len(outcome.as_numpy("JSON")) for outcome in outcomes] == [1, 1, 2, 2, 3, 3]


def test_plain_http_does_it_too(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.ports.http, timeout=60)
    request = {
        "inputs": [{"name": "TEXT", "shape": [1, 1], "datatype": "BYTES", "data": ["fièvre 🤒"]}],
        "parameters": {"labels": "clinical"},
    }
    connection.request("POST", f"/v2/models/{MODEL}/infer", json.dumps(request))
    (output,) = json.loads(connection.getresponse().read())["outputs"]
    connection.close()
    assert [(found["start"], found["end"]) for found in json.loads(output["data"][0])["entities"]] == [(0, 6), (7, 8)]


def test_the_real_model_keeps_the_contract(triton):
    text = "He denies chest pain. Aspirin 81 mg daily was started for 🤒 fe\u0301ver."
    with tritongrpc.InferenceServerClient(triton) as client:
        findings, nothing, again = infer(client, text, "", text)
    assert findings == again
    assert nothing["entities"] == []
    assert findings["model"] == "clinical_bert:5"
    assert {text[found["start"] : found["end"]] for found in findings["entities"]} >= {"Aspirin"}
    for found in findings["entities"]:
        assert 0 <= found["score"] <= 1
        assert all(isinstance(found[flag], bool) for flag in FLAGS)
        assert found["experiencer"] in ("patient", "other")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """All that is served but the trained encoder."""
    with start_server(write_served_model(tmp_path_factory.mktemp("served")), instances=2) as running:
        yield running


def test_the_answers_of_everything_but_the_encoder(served):
    text = "A woman took insulin, and had no fever."
    with tritongrpc.InferenceServerClient(served.endpoint) as client:
        (found,) = infer(client, text)
        merged = infer(client, *[text] * 100, "", text)
        (other,) = infer(client, text, labels="biomedical")
    assert [text[entity["start"] : entity["end"]] for entity in found["entities"]] == ["woman", "insulin", "fever"]
    assert [(of["head"], of["tail"], of["type"]) for of in found["relations"]] == [(1, 2, "CAUSE")]
    assert [label["name"] for label in found["classes"]] == ["Discharge summary", "Radiology"]
    assert found["model"] == "clinical_bert:5"
    assert merged[:100] + merged[101:] == [found] * 101
    assert merged[100]["entities"] == []
    assert other["relations"] == other["classes"] == []


def test_merged_requests_are_answered_as_single_ones(served):
    texts = [f"fever {'and insulin ' * (number % 5)}on day {number}." * (1 + number % 40) for number in range(60)]
    with tritongrpc.InferenceServerClient(served.endpoint) as client:
        single = [infer(client, text)[0] for text in texts]
        done: queue.Queue[tuple[int, Any]] = queue.Queue()
        for number, text in enumerate(texts):
            client.async_infer(
                MODEL,
                [tensor(text.encode())],
                lambda result, error, number=number: done.put((number, error or result)),
                parameters={"labels": "clinical"},
            )
        answers = dict(done.get(timeout=60) for _ in texts)
    assert [json.loads(answers[number].as_numpy("JSON")[0, 0]) for number in range(len(texts))] == single


def metrics(server: RunningServer) -> dict[str, float]:
    """The model's own counters."""
    with urllib.request.urlopen(f"http://127.0.0.1:{server.ports.metrics}/metrics", timeout=10) as response:
        lines = response.read().decode().splitlines()
    return {name: float(value) for name, value in (line.split() for line in lines if line.startswith("clinical_bert_"))}


def test_counters_of_all_instances_stand_at_the_metrics_port(served):
    before = metrics(served)
    with tritongrpc.InferenceServerClient(served.endpoint) as client:
        for _ in range(20):
            infer(client, "A woman had fever.", "No fever.")
    after = metrics(served)
    risen = {
        name.removeprefix("clinical_bert_").removesuffix("_total"): after[name] - before.get(name, 0) for name in after
    }
    assert (risen["notes"], risen["windows"]) == (40, 40)
    assert risen["tokens"] == 20 * (7 + 5)  # with [CLS] and [SEP]
    assert min(risen["tokenise_seconds"], risen["encode_seconds"], risen["decode_seconds"]) > 0
    assert risen.get("padding_tokens", 0) == 0


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_documented_requests(served):
    """What ``docs/how-to/serve.md`` has in its block of curl commands, word for word but for the port."""
    blocks = DOCUMENTED.read_text(encoding="utf-8").split("```sh\n")[1:]
    (commands,) = [block.split("```")[0] for block in blocks if "/infer" in block]
    ran = subprocess.run(
        [
            "bash",
            "-c",
            commands.replace("localhost:8000", f"127.0.0.1:{served.ports.http}").replace("\n\ncurl", "\necho\ncurl"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    ready, *answers = [line for line in ran.stdout.splitlines() if line]
    assert ready == "200"
    two, one, refused = answers
    assert len(json.loads(two)["outputs"][0]["data"]) == 2
    assert [entity["type"] for entity in ast.literal_eval(one)["entities"]] == ["Sex", "Sign_symptom"]
    assert json.loads(refused) == {"error": "parameter labels must be one of biomedical, clinical"}
