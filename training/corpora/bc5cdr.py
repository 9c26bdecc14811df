"""BC5CDR: abstracts with chemicals and diseases (MeSH), and which chemical induces which disease (CID).

Source: BioCreative V, chemical–disease relation track. The training and the development part; the test part is not
learnt from.
"""

from pathlib import Path

from training.corpora.distinct import distinct
from transforms.extract.evaluation import pubtator
from transforms.extract.evaluation.document import Document

FILES = ("CDR_TrainingSet.PubTator.txt.gz", "CDR_DevelopmentSet.PubTator.txt.gz")


def read(folder: Path) -> list[Document]:
    """The documents of both parts; entities are of type ``Chemical`` or ``Disease``.

    Raises:
        FileNotFoundError: a part is missing.
        PubtatorError: a part is malformed.
    """
    return distinct(document for name in FILES for document in pubtator.read(folder / name))
