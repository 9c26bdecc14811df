"""The log as a person or a machine reads it: coordinates, counts and causes, and nothing of a message."""

import logging
from pathlib import Path

import orjson

from pipelines.logs import LogFormat, set_up_logging
from tests.chaos.test_killed_listener import free_port, listener, stopped
from tests.e2e.support import chartstream
from tests.read.mllp.support import Sender, framed, message


def test_in_json_every_line_is_an_object_and_its_figures_are_fields(tmp_path: Path) -> None:
    spool, port = tmp_path / "spool", free_port()
    with listener(spool, port, "--segment-seconds", "3600") as process:
        sender = Sender(port)
        sender.send(framed(message("M-1", "Zyxwander has a fever")))
        assert sender.answer() == ["AA", "M-1"]
        process.kill()
    with listener(spool, port, "--log", "json", "--min-free", "1e12") as process:
        sender = Sender(port)
        sender.send(framed(message("M-2", "Zyxwander has a fever")))
        assert sender.answer()[0] == "AR"
        said = stopped(process)
    assert "Zyxwander" not in said
    (refusing, last) = said.splitlines()
    line = orjson.loads(refusing)
    assert line["time"].endswith("+00:00")
    assert (line["level"], line["logger"], line["cause"]) == ("error", "transforms.spool.group_commit", "spool_full")
    assert line["message"] == "messages are refused: less than 1e+12 MB would be left on the spool's disk"
    assert last.startswith("acknowledged 0 messages")


def test_what_a_command_fails_with_is_a_line_of_the_log_too(tmp_path: Path) -> None:
    failed = chartstream("status", tmp_path, environment={"CHARTSTREAM_LOG": "json"})
    assert failed.returncode == 1
    line = orjson.loads(failed.stderr)
    assert (line["level"], line["logger"]) == ("error", "pipelines")
    assert "is no output of chartstream" in line["message"]
    assert chartstream("status", tmp_path).stderr == f"chartstream: {line['message']}\n"


def test_an_error_is_named_and_its_text_is_not_shown(monkeypatch, capsys) -> None:
    monkeypatch.setenv("CHARTSTREAM_LOG", "text")  # put back at the end
    handlers = logging.getLogger().handlers
    try:
        for log_format in LogFormat:
            set_up_logging(log_format)
            try:
                raise ValueError("Zyxwander")
            except ValueError:
                logging.getLogger("transforms.read").exception("unit %(unit)s failed", {"unit": "4f2a"})
        text, json = capsys.readouterr().err.splitlines()
    finally:
        logging.getLogger().handlers = handlers
    assert text == "error: transforms.read: unit 4f2a failed (ValueError)"
    line = orjson.loads(json)
    del line["time"]
    assert line == {
        "level": "error",
        "logger": "transforms.read",
        "message": "unit 4f2a failed",
        "unit": "4f2a",
        "error": "ValueError",
    }
