"""The client against a real server that fails, dies, hangs, is late or talks nonsense: no note is lost, none blamed wrongly."""

import logging
import os
import signal
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from transforms.errors import ChartstreamError, Outage
from transforms.extract.check import check_server
from transforms.extract.client import ClientOptions, InvalidNote, TritonClient
from transforms.extract.contract import MODEL, Labels
from transforms.extract.server import SupervisedServer, start_server

FIRST, LAST = "A cough since Monday.", "No cough."


def surfaces(answers):
    """The texts of the entities of each note, or why it has none."""
    return [
        answer.detail if isinstance(answer, InvalidNote) else [entity.text for entity in answer.extraction.entities]
        for answer in answers
    ]


def find(options, *texts):
    return TritonClient(options).submit(texts).result()


def test_findings_come_back_in_order_with_exact_offsets(options):
    texts = ["👩🏽‍⚕️ fièvre 🤒", "", "e\u0301\u0301 cough, cough", "nothing\x00here", "x" * 100_000 + "cough"]
    answers = find(options, *texts)
    assert surfaces(answers) == [["fièvre", "🤒"], [], ["cough", "cough"], [], ["cough"]]
    assert all(answer.extraction.model == "clinical_bert:5" for answer in answers)
    assert sum(answer.extract_ms for answer in answers) > 0


def test_nothing_to_ask_is_nothing_answered(options):
    pending = TritonClient(options).submit([])
    assert pending.done()
    assert pending.result() == []


@pytest.mark.parametrize(
    ("bad", "detail"),
    [
        ("FAIL on this", "server_internal"),  # the model raises
        ("BEYOND this cough", "offsets_out_of_range"),  # the model's own answer is wrong
        ("a lone \ud800 surrogate", "not_utf8"),
    ],
)
def test_a_bad_note_is_found_among_good_ones_and_alone_is_blamed(options, bad, detail):
    texts = [FIRST, *["cough"] * 40, bad, bad, *["cough"] * 40, LAST]
    answers = find(replace(options, request_bytes=150), *texts)
    assert surfaces(answers) == [["cough"]] * 41 + [detail] * 2 + [["cough"]] * 41


def test_a_note_that_ends_the_server_is_found_and_its_neighbours_are_answered(own_server):
    with SupervisedServer(own_server) as supervised:
        options = ClientOptions(supervised.endpoint, Labels.CLINICAL, request_bytes=len(FIRST) + 10)
        answers = find(options, FIRST, "EXIT", LAST, FIRST)
    assert surfaces(answers) == [["cough"], "server_lost", ["cough"], ["cough"]]


def test_a_thousand_requests_in_flight(options):
    client = TritonClient(replace(options, requests_in_flight=1000, request_bytes=1))
    pending = [client.submit([f"{'x' * number} cough"]) for number in range(1000)]
    found = [surfaces(one.result()) for one in pending]
    assert found == [[["cough"]]] * 1000


def test_a_server_that_is_killed_in_the_middle_costs_time_and_no_note(own_server):
    with SupervisedServer(own_server) as supervised:
        client = TritonClient(ClientOptions(supervised.endpoint, Labels.CLINICAL, request_bytes=100))
        pending = [client.submit(["SLEEP, with cough", LAST, FIRST]) for _ in range(6)]
        client.submit([FIRST]).done()
        os.kill(own_server.pid, signal.SIGKILL)
        assert [surfaces(one.result()) for one in pending] == [[["cough"]] * 3] * 6
        assert supervised.restarts >= 1


def test_a_server_that_is_not_there_is_an_outage(caplog):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # and does not listen
        options = ClientOptions(f"127.0.0.1:{closed.getsockname()[1]}", Labels.CLINICAL, patience_seconds=1)
        with caplog.at_level(logging.DEBUG), pytest.raises(Outage) as outage:
            find(options, FIRST, LAST)
    assert outage.value.cause == "server_unavailable"
    assert FIRST not in caplog.text + str(outage.value)


def test_a_server_that_hangs_is_an_outage_until_it_goes_on(own_server):
    options = ClientOptions(own_server.endpoint, Labels.CLINICAL, deadline_seconds=1, patience_seconds=1)
    client = TritonClient(options)
    assert surfaces(client.submit([FIRST]).result()) == [["cough"]]
    os.kill(own_server.pid, signal.SIGSTOP)
    with pytest.raises(Outage) as outage:
        client.submit([FIRST, LAST]).result()
    assert outage.value.cause == "server_unavailable"
    os.kill(own_server.pid, signal.SIGCONT)
    patient = replace(options, patience_seconds=30)
    assert surfaces(find(patient, FIRST, LAST)) == [["cough"], ["cough"]]


def test_a_note_that_takes_longer_than_its_deadline_is_not_blamed(options):
    hurried = replace(options, deadline_seconds=0.3, patience_seconds=1)
    with pytest.raises(Outage):
        find(hurried, FIRST, "SLEEP")


def test_a_server_that_talks_nonsense_to_everything_is_an_outage(tmp_path, repository):
    with start_server(_nonsense(tmp_path, repository), instances=1) as server:
        options = ClientOptions(server.endpoint, Labels.CLINICAL)
        with pytest.raises(Outage) as outage:
            find(options, FIRST, LAST)
        assert outage.value.cause == "server_invalid"
        with pytest.raises(ChartstreamError, match="gives no findings"):
            check_server(options)


def test_what_is_in_flight_when_a_client_is_gone_does_not_trouble_the_server(options):
    hurried = TritonClient(replace(options, deadline_seconds=0.05, patience_seconds=0.05))
    pending = [hurried.submit(["SLEEP"]) for _ in range(8)]
    for one in pending:
        with pytest.raises(Outage):
            one.result()
    assert surfaces(find(options, FIRST)) == [["cough"]]


def test_the_check_before_a_run(options):
    assert check_server(options) == "clinical_bert:5"


def test_the_check_says_what_is_wrong(options, server, tmp_path):
    with pytest.raises(Outage, match="no model server answers"):
        check_server(replace(options, endpoint="127.0.0.1:1"))
    with pytest.raises((ChartstreamError, Outage)):
        check_server(replace(options, endpoint=f"127.0.0.1:{server.ports.http}"))


def _nonsense(folder: Path, repository: Path) -> Path:
    model = folder / "model_repo" / MODEL
    (model / "1").mkdir(parents=True)
    (model / "config.pbtxt").write_text((repository / MODEL / "config.pbtxt").read_text())
    (model / "1" / "model.py").write_text(
        "import numpy as np\n"
        "import triton_python_backend_utils as triton\n"
        "class TritonPythonModel:\n"
        "    def execute(self, requests):\n"
        "        def answer(request):\n"
        "            notes = len(triton.get_input_tensor_by_name(request, 'TEXT').as_numpy())\n"
        "            output = np.array([b'<html>'] * notes, dtype=np.object_).reshape(-1, 1)\n"
        "            return triton.InferenceResponse([triton.Tensor('JSON', output)])\n"
        "        return [answer(request) for request in requests]\n"
    )
    return folder / "model_repo"
