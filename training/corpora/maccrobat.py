"""MACCROBAT 2020: clinical case reports with entities, relations and what is negated.

Source: https://doi.org/10.6084/m9.figshare.9764942
"""

from pathlib import Path

from training.corpora.distinct import distinct
from transforms.extract.evaluation import brat
from transforms.extract.evaluation.document import Document


def read(folder: Path) -> list[Document]:
    """The documents, with the corpus's own types.

    Raises:
        FileNotFoundError: the folder holds no annotation.
        BratError: an annotation file is malformed.
    """
    return distinct(brat.read_folder(folder))
