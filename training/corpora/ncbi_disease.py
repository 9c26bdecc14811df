"""NCBI disease corpus: abstracts with disease mentions, as more of what BC5CDR calls ``Disease``.

It tells four kinds of mention apart, and all four are what BC5CDR marks, too: a specific disease, a class of diseases
("neurological diseases"), a disease that modifies another word ("colon cancer" in "colon cancer cells"), and a
composite ("breast and ovarian cancer") as one mention. Where their words (five letters or more) occur in BC5CDR's
text, they lie in a marked disease 98 times of 100 or more often, whatever the kind. Chemicals are not marked here at
all: these documents do not teach where there is none.

Source: Doğan, Leaman, Lu 2014, https://doi.org/10.1016/j.jbi.2013.12.006
"""

from dataclasses import replace
from pathlib import Path

from training.corpora.distinct import distinct
from transforms.extract.evaluation import brat
from transforms.extract.evaluation.document import Document

KINDS = frozenset({"SpecificDisease", "DiseaseClass", "Modifier", "CompositeMention"})


def read(folder: Path) -> list[Document]:
    """The documents; every mention is of type ``Disease``.

    Raises:
        FileNotFoundError: the folder holds no annotation.
        BratError: an annotation file is malformed.
    """
    return distinct(_diseases(document) for document in brat.read_folder(folder))


def _diseases(document: Document) -> Document:
    mentions = {replace(entity, type="Disease") for entity in document.entities if entity.type in KINDS}
    return replace(document, entities=tuple(sorted(mentions)))
