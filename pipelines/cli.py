"""``chartstream VERB``: the command line. Thin: it parses, calls, prints, and turns errors into one line and an exit code."""

import sys
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import cyclopts
from cyclopts import App, Parameter

from pipelines.logs import LogFormat, say_failure, set_up_logging
from pipelines.options import BatchOptions, InputOptions, MappingOptions, StreamOptions
from transforms.errors import ChartstreamError, Outage
from transforms.extract.contract import Labels
from transforms.records import Reason

EXIT_FAILURE = 1
EXIT_USAGE = 2
EXIT_TOO_MANY_QUARANTINED = 3


class ExportFormat(StrEnum):
    """``--as``."""

    PARQUET = "parquet"


app = App(
    name="chartstream",
    help="Reads clinical notes, takes the patient out of them, finds what they say, and lands it as tables.",
    result_action="return_value",
    # Choices are spelt as the values are (hl7v2), and no flag has a --no- or --empty- beside it.
    default_parameter=Parameter(name_transform=lambda name: name.lower().replace("_", "-"), negative=()),
    exit_on_error=False,
    print_error=False,
    version=lambda: version("chartstream"),
    version_flags=["--version"],
)
quarantine = App(name="quarantine", help="What is held back, why, and again through the pipeline.")
app.command(quarantine)
evaluate = App(name="evaluate", help="Precision and recall on notes that people have labelled.")
app.command(evaluate)


@app.command
def run(*inputs: str, output: Path, options: InputOptions = InputOptions(), work: BatchOptions = BatchOptions()) -> int:  # noqa: B008
    """Read notes, de-identify them, find what they say, and commit the tables. Again: only what is new.

    Example: chartstream run notes/ --output out

    Parameters
    ----------
    inputs
        Directories, files, globs, s3:// or gs:// URLs.
    output
        Directory of the tables; made on the first run.
    """
    from pipelines import closing
    from pipelines import run as job

    set_up_logging(work.log)
    if options.dry_run:
        closing.print_dry_run(job.dry_run(inputs, output, options, work), as_json=work.json)
        return 0
    summary = job.run(inputs, output, options, work)
    closing.print_summary(summary, as_json=work.json)
    return _exit_code(summary.quarantined, summary.records, work)


@app.command
def listen(
    *,
    spool: Path,
    mllp: str | None = None,
    tls_certificate: Path | None = None,
    tls_key: Path | None = None,
    tls_client_ca: Path | None = None,
    kafka: str | None = None,
    topic: tuple[str, ...] = (),
    kafka_config: Path | None = None,
    keyring: Path | None = None,
    partition: str | None = None,
    segment_seconds: float = 0.5,
    min_free: float = 1000.0,
    metrics: str | None = None,
    log: LogFormat = LogFormat.TEXT,
) -> int:
    """Take a live feed in: an MLLP server that acknowledges an HL7 message once it is durable, a consumer of Kafka, or both.

    SIGTERM ends it. Example: chartstream listen --spool spool --mllp 127.0.0.1:2575

    Parameters
    ----------
    spool
        Directory in which messages wait, encrypted, to be worked on; made on the first start.
    mllp
        HOST:PORT to listen on for MLLP.
    tls_certificate
        The server's certificate and those above it, PEM: the feed comes over TLS.
    tls_key
        Its key, PEM, without a password.
    tls_client_ca
        Certificates of authorities, PEM: only senders with a certificate of theirs are let in.
    kafka
        HOST:PORT of a Kafka broker, or of several with commas between them; offsets are committed once records are durable.
    topic
        Topic whose records are HL7 messages; may be repeated.
    kafka_config
        YAML file of further settings of librdkafka, such as security.protocol and sasl.password, or group.id.
    keyring
        Keyring file; by default SPOOL/keys/keyring.json, made on the first start.
    partition
        This listener's part of the spool, by default the host's name; a listener that takes another's place takes its name.
    segment_seconds
        Seconds after its first message at which a segment is closed, and can be worked on.
    min_free
        Megabytes that must stay free on the spool's disk; with less, messages are refused (AR), and wait in Kafka.
    metrics
        HOST:PORT, or a port of loopback, for /metrics (Prometheus), /healthz and /readyz; none by default.
    log
        What the log on standard error is: text, or json, an object a line.
    """
    from pipelines import listen as listener
    from transforms.read.mllp.listener import Tls
    from transforms.spool.partition import SegmentLimits

    set_up_logging(log)
    if (tls_certificate is None) != (tls_key is None) or (tls_client_ca and not tls_certificate):
        raise ChartstreamError("TLS takes --tls-certificate and --tls-key, and --tls-client-ca only beside them")
    if tls_certificate and not mllp:
        raise ChartstreamError("TLS is for --mllp; for Kafka it is set with --kafka-config")
    if mllp is None and kafka is None:
        raise ChartstreamError("nothing to listen to: give --mllp HOST:PORT, --kafka HOST:PORT --topic TOPIC, or both")
    if (kafka is None) != (not topic) or (kafka_config and not kafka):
        raise ChartstreamError("Kafka takes --kafka and --topic, and --kafka-config only beside them")
    tls = Tls(tls_certificate, tls_key, tls_client_ca) if tls_certificate and tls_key else None
    server = listener.mllp_server(mllp, tls) if mllp else None
    feed = listener.kafka_feed(kafka, topic, kafka_config) if kafka else None
    limits = SegmentLimits(seconds=segment_seconds)
    listener.run(spool, server, feed, keyring, partition, limits, min_free, metrics)
    return 0


@app.command
def stream(*, spool: Path, output: Path, options: StreamOptions = StreamOptions()) -> int:  # noqa: B008
    """Take what listen stored through the same steps as run, into the tables, as it comes. SIGTERM ends it.

    Example: chartstream stream --spool spool --output out

    Parameters
    ----------
    spool
        Directory that listen writes to; made on the first start of either.
    output
        Directory of the tables; made on the first start.
    """
    from pipelines import closing
    from pipelines import stream as job

    set_up_logging(options.log)
    closing.print_summary(job.run(spool, output, options), as_json=options.json)
    return 0


@app.command
def status(output: Path, *, json: bool = False) -> int:
    """Say what waits in the spool, is at work, committed and held back, how fast, and how long messages take. No text.

    Example: chartstream status out
    """
    from pipelines import status as state

    state.print_status(state.status(output), as_json=json)
    return 0


@app.command
def serve(
    *,
    grpc_port: int = 8001,
    http_port: int = 8000,
    metrics_port: int = 8002,
    instances: int | None = None,
    prepare: bool = False,
) -> int:
    """Start the model server on this machine's loopback, in the foreground.

    Example: chartstream serve --grpc-port 8001

    Parameters
    ----------
    grpc_port
        Port of --triton HOST:PORT.
    http_port
        Port for curl and health checks.
    metrics_port
        Port of Prometheus metrics.
    instances
        Model instances; one a core by default.
    prepare
        Only set up the server's environment, as for a machine without network, and stop.
    """
    from pipelines import serve as server

    if prepare:
        print(server.prepare())
        return 0
    return server.serve(http_port, grpc_port, metrics_port, instances)


@app.command
def commit(output: Path) -> int:
    """Commit what workers have published and nobody committed.

    Example: chartstream commit out
    """
    from pipelines import commit as committer

    print(f"committed {committer.commit(output)} units")
    return 0


@quarantine.command(name="list")
def quarantine_list(output: Path, *, json: bool = False) -> int:
    """List what is held back: id, reason, stage, place. No text.

    Example: chartstream quarantine list out
    """
    from pipelines import quarantine as held

    held.print_held(output, as_json=json)
    return 0


@quarantine.command(name="show")
def quarantine_show(output: Path, quarantine_id: str, *, keyring: Path | None = None) -> int:
    """Print one held payload, decrypted, on standard output. This is the raw input, patient included.

    Example: chartstream quarantine show out 4f2a…
    """
    from pipelines import quarantine as held

    sys.stdout.buffer.write(held.payload(output, quarantine_id, keyring))
    return 0


@quarantine.command(name="replay")
def quarantine_replay(
    output: Path,
    *quarantine_ids: str,
    reason: Reason | None = None,
    mapping: MappingOptions = MappingOptions(),  # noqa: B008
    work: BatchOptions = BatchOptions(),  # noqa: B008
) -> int:
    """Send held notes through the pipeline again: those named, those of a reason, or all.

    Example: chartstream quarantine replay out --reason inference_invalid
    """
    from pipelines import closing
    from pipelines import quarantine as held

    set_up_logging(work.log)
    summary = held.replay(output, quarantine_ids, reason, mapping, work)
    closing.print_summary(summary, as_json=work.json)
    return _exit_code(summary.quarantined, summary.records, work)


@evaluate.command(name="deid")
def evaluate_deid(
    *,
    gold: Annotated[tuple[Path, ...], Parameter(consume_multiple=True)],
    output: Path,
    policy: str = "safe-harbor",
    recognizers: tuple[str, ...] = (),
    json: bool = False,
) -> int:
    """Measure de-identification on labelled notes: recall, leaks and precision, with examples that stay private.

    Example: chartstream evaluate deid --gold labelled/ --output measured

    Parameters
    ----------
    gold
        Files or folders: JSON lines, i2b2-2014 XML, brat (.txt with .ann), ASQ-PHI; each file tells its format.
    output
        Folder of report.json, report.html and private/examples.jsonl, which holds text of the notes.
    policy
        safe-harbor, surrogate, limited, or a YAML file.
    recognizers
        Further recognizers, as for run: a YAML file in Presidio's format, or a Python class as module:Class.
    json
        Print the report as JSON on standard output.
    """
    from pipelines import evaluate_deid as evaluation

    evaluation.print_report(evaluation.evaluate_deid(gold, output, policy, recognizers), json=json)
    return 0


@evaluate.command(name="extract")
def evaluate_extract(
    *,
    gold: Annotated[tuple[Path, ...], Parameter(consume_multiple=True)],
    output: Path,
    labels: Labels = Labels.CLINICAL,
    triton: str = "auto",
    json: bool = False,
) -> int:
    """Measure what the model finds against gold: precision, recall and F1 of entities, relations, assertions, note classes.

    Example: chartstream evaluate extract --gold annotated/ --output measured

    Parameters
    ----------
    gold
        Files or folders: JSON lines, brat (.txt with .ann), PubTator (.txt, .gz); each file tells its format. Released text:
        it goes to the model server as it is.
    output
        Folder of extract.json and extract.html, which hold counts alone.
    labels
        What the model is asked for: clinical or biomedical.
    triton
        The model server's gRPC HOST:PORT; auto starts one on this machine.
    json
        Print the report as JSON on standard output.
    """
    from pipelines import evaluate_extract as evaluation

    evaluation.print_report(evaluation.evaluate_extract(gold, output, labels, triton), json=json)
    return 0


@app.command
def export(
    output: Path, destination: Path, *, as_: Annotated[ExportFormat, Parameter(name="--as")] = ExportFormat.PARQUET
) -> int:
    """Write a clean copy for a recipient: current versions, shuffled, no log, no real times, fresh random keys.

    Example: chartstream export out recipient/ --as parquet
    """
    from pipelines import export as exporter

    for table, rows in exporter.export(output, destination).items():
        print(f"{rows} {table}")
    return 0


@app.command
def doctor(output: Path | None = None, *, keyring: Path | None = None, triton: str = "auto") -> int:
    """Check the installation, the model server, keys, disk and tables, and say what to mend.

    Example: chartstream doctor out
    """
    from pipelines import doctor as checks

    return checks.doctor(output, keyring, triton)


@app.meta.default
def _launch(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)], config: Path | None = None
) -> int:
    """As --config FILE: options from a YAML file whose keys are the flags' names; flags and environment win."""
    app.config = [cyclopts.config.Env("CHARTSTREAM_", command=False)]
    if config is not None:
        app.config = [
            *app.config,
            cyclopts.config.Yaml(config, must_exist=True, use_commands_as_keys=False),
        ]
    result = app(tokens)
    return result if isinstance(result, int) else 0


def _exit_code(quarantined: int, records: int, work: BatchOptions) -> int:
    if records and quarantined / records > work.max_quarantined:
        say_failure(
            f"{quarantined} of {records} are held back, more than --max-quarantined"
            f" {work.max_quarantined:g}: see chartstream quarantine list"
        )
        return EXIT_TOO_MANY_QUARANTINED
    return 0


def launch(arguments: list[str]) -> int:
    """Runs one command; gives its exit code. Errors are one line on standard error."""
    if "--" in arguments:  # what follows is Beam's own
        at = arguments.index("--")
        arguments = [*arguments[:at], *(f"--beam-arguments={argument}" for argument in arguments[at + 1 :])]
    try:
        code: int | None = app.meta(arguments)  # None after --help
        return code or 0
    except cyclopts.CycloptsError as error:
        return _fail(str(error), EXIT_USAGE)
    except (ChartstreamError, Outage) as error:
        return _fail(str(error), EXIT_FAILURE)
    except KeyboardInterrupt:
        return _fail("stopped; the same command goes on where it was", 130)
    except Exception as error:
        # Its text may hold a value, so only its name is shown.
        return _fail(f"unexpected {type(error).__name__} in {_where(error)}; please report it", EXIT_FAILURE)


def _fail(message: str, code: int) -> int:
    say_failure(" ".join(message.split()))
    return code


def _where(error: BaseException) -> str:
    """The innermost line of our own code in the traceback."""
    place = "?"
    traceback = error.__traceback__
    while traceback is not None:
        path = Path(traceback.tb_frame.f_code.co_filename)
        if path.parts[-2:-1] == ("pipelines",) or "transforms" in path.parts:
            place = f"{path.name}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place
