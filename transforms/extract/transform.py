"""``ExtractFindings``: the model's findings and the sections of a unit's notes, while the next units are de-identified."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.windowed_value import WindowedValue

import transforms.record_coder  # noqa: F401  registers the records' coder
from transforms.errors import Outage
from transforms.extract.client import Answered, ClientOptions, InvalidNote, Pending, TritonClient, shared_client
from transforms.extract.contract import Labels
from transforms.extract.placeholders import without_placeholders
from transforms.extract.sections import find_sections, section_at
from transforms.open_units import LeaveOpen, count_open
from transforms.records import (
    DeidentifiedUnit,
    ExtractedNote,
    ExtractedUnit,
    Extraction,
    Quarantined,
    Reason,
    ReleasedNote,
    Stage,
)


class ExtractFindings(beam.PTransform):
    """PCollection[DeidentifiedUnit] → PCollection[ExtractedUnit].

    A unit whose notes met an outage is not emitted: it stays open and is planned again. A note that the model cannot
    answer is quarantined (``inference_invalid``), and the others of its unit go on.

    Args:
        options: The server, and what it is asked for. Without labels no server is asked, and sections alone are found.
        leave_open: What is done with a unit that met an outage.
    """

    def __init__(self, options: ClientOptions, leave_open: LeaveOpen = count_open) -> None:
        super().__init__()
        self._options = options
        self._leave_open = leave_open

    def expand(self, units: beam.PCollection) -> beam.PCollection:
        if self._options.labels is Labels.NONE:
            step = beam.Map(lambda unit: merge(unit, {}))
        else:
            step = beam.ParDo(_Extract(self._options, self._leave_open))
        return units | "Find" >> step.with_output_types(ExtractedUnit)


def texts_of(unit: DeidentifiedUnit) -> dict[int, str]:
    """The texts that a model is asked about, by the number of their note. A cancelled note has none."""
    return {number: note.text for number, note in enumerate(unit.notes) if note.text is not None}


def merge(unit: DeidentifiedUnit, answers: dict[int, Answered | InvalidNote]) -> ExtractedUnit:
    """The unit with its findings and its notes' sections.

    ``answers`` by number of the note; one without an answer was not asked about.
    """
    notes: list[ExtractedNote] = []
    quarantined = list(unit.quarantined)
    for number, note in enumerate(unit.notes):
        match answers.get(number):
            case InvalidNote(detail, milliseconds):
                quarantined.append(_hold_back(note, detail, milliseconds))
            case Answered(extraction, milliseconds):
                found = without_placeholders(extraction, note.text or "", note.phi_spans)
                notes.append(ExtractedNote(note, _with_sections(found, note.text), milliseconds))
            case None:
                notes.append(ExtractedNote(note, _with_sections(Extraction(), note.text)))
    return ExtractedUnit(unit.unit, tuple(notes), tuple(quarantined), unit.no_notes)


def _with_sections(extraction: Extraction, text: str | None) -> Extraction:
    """The note's sections, and with each entity the one in which it starts. They need no model; no text has none."""
    sections = find_sections(text or "")
    entities = tuple(replace(entity, section=section_at(sections, entity.start)) for entity in extraction.entities)
    return replace(extraction, entities=entities, sections=sections)


def _hold_back(note: ReleasedNote, detail: str, extract_ms: float) -> Quarantined:
    assert note.sealed is not None, "a note that can still be held back carries its sealed input"
    return Quarantined(
        place=note.place,
        stage=Stage.EXTRACT,
        reason=Reason.INFERENCE_INVALID,
        detail=detail,
        sealed=note.sealed,
        timing=replace(note.timing, extract_ms=extract_ms),
        note_id=note.note_id,
        note_key=note.note_key,
        version=note.version,
        content_hash=note.content_hash,
        known_phi=note.known_phi,
        chars=None if note.text is None else len(note.text),
    )


class _Extract(beam.DoFn):
    """Submits a unit and emits it with a later element, or when the bundle ends, so that the worker does not wait.

    It waits where the units before the newest would keep the server busy alone: then it is ahead enough.
    """

    def __init__(self, options: ClientOptions, leave_open: LeaveOpen) -> None:
        self._options = options
        self._leave_open = leave_open
        self._client: TritonClient | None = None
        self._awaited: deque[tuple[DeidentifiedUnit, Pending]] = deque()

    def start_bundle(self) -> None:
        self._client = shared_client(self._options)
        self._awaited.clear()  # of a bundle that failed: the runner gives its units again

    def process(self, unit: DeidentifiedUnit) -> Iterator[ExtractedUnit]:
        assert self._client is not None
        self._awaited.append((unit, self._client.submit(list(texts_of(unit).values()))))
        while self._awaited and (self._awaited[0][1].done() or self._is_ahead()):
            yield from self._next()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        window = GlobalWindow()
        while self._awaited:
            for unit in self._next():
                yield WindowedValue(unit, window.max_timestamp(), [window])

    def _is_ahead(self) -> bool:
        *before, _ = self._awaited
        return sum(pending.open_requests() for _, pending in before) > 2 * self._options.requests_in_flight

    def _next(self) -> Iterator[ExtractedUnit]:
        unit, pending = self._awaited.popleft()
        try:
            answers = pending.result()
        except Outage as outage:
            self._leave_open(unit.unit, outage)
            return
        yield merge(unit, dict(zip(texts_of(unit), answers, strict=True)))
