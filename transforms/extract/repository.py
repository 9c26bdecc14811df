"""Where the model stands, and the view of it that a server is started on."""

import re
from dataclasses import dataclass
from pathlib import Path

import orjson

import transforms
from transforms.errors import ChartstreamError
from transforms.extract.contract import MODEL, Labels

_COUNT = re.compile(r"(\bcount:\s*)\d+")


def installed_repository() -> Path:
    """The model repository beside the ``transforms`` package: in a checkout and in an installed wheel alike."""
    repository = Path(transforms.__file__).parents[1] / "model_repo"
    if not (repository / MODEL / "config.pbtxt").is_file():
        raise ChartstreamError(f"no model at {repository / MODEL}: the installation is not complete, install it again")
    return repository


@dataclass(frozen=True)
class LabelSet:
    """The types of entities and relations, and the classes of notes, that a model can find."""

    entities: frozenset[str]
    relations: frozenset[str]
    classes: frozenset[str]


def label_set(repository: Path, labels: Labels) -> LabelSet:
    """What the repository's model can find; a ChartstreamError where it has no such labels."""
    sets = orjson.loads((repository / MODEL / "labels.json").read_bytes())
    if labels not in sets:
        raise ChartstreamError(f"the model has no labels {labels}: it has {', '.join(sorted(sets))}")
    found = sets[labels]
    return LabelSet(frozenset(found["entities"]), frozenset(found["relations"]), frozenset(found["classes"]))


def make_view(repository: Path, view: Path, instances: int) -> Path:
    """A repository of links to the models of another, with ``instances`` set in each configuration.

    The original may be read-only and is not changed. Returns ``view``, which must not exist.
    """
    view.mkdir(mode=0o700)
    for configuration in sorted(repository.glob("*/config.pbtxt")):
        model = view / configuration.parent.name
        model.mkdir()
        for entry in configuration.parent.resolve().iterdir():
            if entry.name == configuration.name:
                (model / entry.name).write_text(_COUNT.sub(rf"\g<1>{instances}", entry.read_text()))
            elif entry.name != "__pycache__":
                (model / entry.name).symlink_to(entry)
    return view
