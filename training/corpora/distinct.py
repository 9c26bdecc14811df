"""Documents without repetitions."""

from collections.abc import Iterable

from transforms.extract.evaluation.document import Document


def distinct(documents: Iterable[Document]) -> list[Document]:
    """The first document of each text."""
    first: dict[str, Document] = {}
    for document in documents:
        first.setdefault(document.text, document)
    return list(first.values())
