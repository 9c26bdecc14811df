"""The contract with the model server (design, section 6): text in, findings out. Names only; the weights know the rest."""

from enum import StrEnum

MODEL = "clinical_bert"
TEXT_INPUT = "TEXT"  # BYTES [n, 1]: notes in UTF-8
FINDINGS_OUTPUT = "JSON"  # BYTES [n, 1]: an object a note
MAX_NOTES = 256  # in one request: the model's max_batch_size
LABELS_PARAMETER = "labels"
DEADLINE_PARAMETER = "deadline_unix_ms"


class Labels(StrEnum):
    """What is looked for (``--labels``). NONE asks no model."""

    CLINICAL = "clinical"
    BIOMEDICAL = "biomedical"
    NONE = "none"
