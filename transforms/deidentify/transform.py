"""The step that a pipeline's one DoFn takes with every unit: its notes, as they are read, without their patients."""

from collections.abc import Iterator
from dataclasses import dataclass

from transforms.deidentify.deidentifier import Deidentifier
from transforms.records import DeidentifiedUnit, NoNote, Quarantined, Read, ReleasedNote, Unit


@dataclass(frozen=True)
class DeidentifyUnit:
    """Reads a unit's items to their end and de-identifies each; picklable, set up once in every worker."""

    deidentifier: Deidentifier

    def setup(self) -> None:
        """Loads lists, recognizers and models; raises where anything is missing."""
        self.deidentifier.setup()

    def __call__(self, unit: Unit, items: Iterator[Read]) -> DeidentifiedUnit:
        notes: list[ReleasedNote] = []
        quarantined: list[Quarantined] = []
        no_notes: list[NoNote] = []
        for item in items:
            match self.deidentifier.deidentify(item):
                case ReleasedNote() as note:
                    notes.append(note)
                case Quarantined() as held:
                    quarantined.append(held)
                case NoNote() as no_note:
                    no_notes.append(no_note)
        return DeidentifiedUnit(unit, tuple(notes), tuple(quarantined), tuple(no_notes))
