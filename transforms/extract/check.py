"""Asks a model server, before a run, whether it is one that the run can use."""

from typing import Any

import grpc
from tritonclient.grpc import service_pb2 as messages
from tritonclient.grpc.service_pb2_grpc import GRPCInferenceServiceStub

from transforms.errors import ChartstreamError, Outage
from transforms.extract.channel import open_channel
from transforms.extract.client import ClientOptions, InvalidNote, shared_client
from transforms.extract.contract import FINDINGS_OUTPUT, MODEL, TEXT_INPUT

_SECONDS = 10.0
_LOOK_SECONDS = 2.0
_PROBE = "The patient denies chest pain."


def check_server(options: ClientOptions) -> str:
    """Returns the server's model, name and version, where it keeps the contract and has the labels.

    Raises Outage where it does not answer, ChartstreamError where it answers and is not the server that it should be.
    """
    try:
        with open_channel(options.endpoint) as channel:
            metadata = _metadata(GRPCInferenceServiceStub(channel), options.endpoint)
    except grpc.RpcError as error:
        status = error.code().name.lower()
        if status == "unimplemented":
            raise ChartstreamError(f"at {options.endpoint} there is no Triton server: give its gRPC port") from None
        raise Outage(
            "server_unavailable",
            f"no model server answers at {options.endpoint} ({status}): start one, or correct --triton",
        ) from None
    if not _keeps_contract(metadata):
        raise ChartstreamError(
            f"the model {MODEL} at {options.endpoint} is another one: start the server on model_repo"
        )
    try:
        (answer,) = shared_client(options).submit([_PROBE]).result()
    except Outage as outage:
        if outage.cause != "server_invalid":
            raise
        answer = InvalidNote(outage.cause, 0.0)
    if isinstance(answer, InvalidNote):
        raise ChartstreamError(
            f"the model at {options.endpoint} gives no findings for the labels {options.labels}: update its model_repo"
        )
    return answer.extraction.model


def is_ready(endpoint: str) -> bool:
    """Whether a server answers there, and its model is ready for requests."""
    try:
        with open_channel(endpoint) as channel:
            server = GRPCInferenceServiceStub(channel)
            return bool(server.ModelReady(messages.ModelReadyRequest(name=MODEL), timeout=_LOOK_SECONDS).ready)
    except grpc.RpcError:
        return False


def _metadata(server: Any, endpoint: str) -> Any:
    if not server.ServerReady(messages.ServerReadyRequest(), timeout=_SECONDS).ready:
        raise Outage("server_unavailable", f"the model server at {endpoint} is not ready: wait, or see its log")
    if not server.ModelReady(messages.ModelReadyRequest(name=MODEL), timeout=_SECONDS).ready:
        raise ChartstreamError(f"the server at {endpoint} has no model {MODEL}: start it on model_repo")
    return server.ModelMetadata(messages.ModelMetadataRequest(name=MODEL), timeout=_SECONDS)


def _keeps_contract(metadata: Any) -> bool:
    inputs = [(tensor.name, tensor.datatype, list(tensor.shape)) for tensor in metadata.inputs]
    outputs = [(tensor.name, tensor.datatype, list(tensor.shape)) for tensor in metadata.outputs]
    return inputs == [(TEXT_INPUT, "BYTES", [-1, 1])] and outputs == [(FINDINGS_OUTPUT, "BYTES", [-1, 1])]
