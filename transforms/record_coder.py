"""How Beam encodes the records that travel as elements. Importing this module registers it.

Apart from the records, because whoever only reads or de-identifies does without Beam, which takes over a second to import.
"""

import pickle
from typing import Any

from apache_beam.coders import Coder, registry

from transforms.records import DeidentifiedUnit, ExtractedUnit, PublishedUnit, Unit


class RecordCoder(Coder):
    """Pickles a record. Records cross from one process of one installation to another of the same, never further."""

    def encode(self, value: Any) -> bytes:
        return pickle.dumps(value, protocol=5)

    def decode(self, encoded: bytes) -> Any:
        return pickle.loads(encoded)

    def is_deterministic(self) -> bool:
        return False


for _record in (Unit, DeidentifiedUnit, ExtractedUnit, PublishedUnit):
    registry.register_coder(_record, RecordCoder)
