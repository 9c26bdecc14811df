"""What the model took, as Prometheus counters at Triton's metrics port: ``clinical_bert_<field of Usage>_total``."""

from dataclasses import fields

import triton_python_backend_utils as triton

from .meter import Usage

_DESCRIPTIONS = {
    "notes": "Notes that were given to the model",
    "windows": "Windows that the encoder read",
    "tokens": "Tokens that the encoder read",
    "padding_tokens": "Tokens that the encoder read in vain to fill a bucket up",
    "tokenise_seconds": "Seconds spent on tokenising",
    "encode_seconds": "Seconds spent in the encoder and its heads",
    "decode_seconds": "Seconds spent on making findings of scores",
}


class TritonMeter:
    """The counters of one instance; Triton adds those of all instances of a model up."""

    def __init__(self) -> None:
        # A family ends with its last reference, and its metrics with it.
        self._families = {
            field.name: triton.MetricFamily(
                name=f"clinical_bert_{field.name}_total",
                description=_DESCRIPTIONS[field.name],
                kind=triton.MetricFamily.COUNTER,
            )
            for field in fields(Usage)
        }
        self._counters = {name: family.Metric() for name, family in self._families.items()}

    def __call__(self, usage: Usage) -> None:
        for name, counter in self._counters.items():
            # Each is a message to the server's process.
            if value := getattr(usage, name):
                counter.increment(value)
