"""Derives the word lists of this folder from public data: ``python derive.py CORPORA`` (see README.md for the sources)."""

import csv
import gzip
import json
import lzma
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

LISTS = Path(__file__).parent
OWN = LISTS.parents[2] / "training/deidentification/values"  # names written for this project
_EPONYM_HEADS = (
    "disease|syndrome|sign|signs|test|maneuver|manoeuvre|catheter|drain|tube|clamp|retractor|forceps|scissors|suture|"
    "sutures|procedure|operation|repair|incision|needle|wire|stent|graft|position|score|scale|criteria|classification|"
    "lymphoma|sarcoma|tumor|carcinoma|palsy|hernia|phenomenon|reflex|ulcer|nodes|fracture|ring|loop|ligament|fascia|"
    "gland|duct|canal|triangle|pouch|tubes|law|method|stain|agar|solution|dressing|frame|splint|collar|boot|pin|rod|"
    "rods|screw|elevator|curette|rongeur|speculum|scope|valve|node|space|line|lines|point|cells|bodies|esophagus|"
    "diverticulum|thyroiditis|chorea|dystrophy|anemia|contracture|gangrene|arthroplasty|port|blade|dilator|hook|"
    "stage|grade|index|inventory|protocol|technique|approach|sphincter|tendon"
)
# Not behind a title, which makes a name of any word.
_CAPITALISED = re.compile(r"(?<!Dr )(?<!Dr\. )(?<!Mr\. )(?<!Mrs\. )(?<!Ms\. )\b[A-Z][A-Za-z]{2,24}\b")


def main(corpora: Path) -> None:
    lists = corpora / "lists"
    surnames = {_key(row[0]) for row in _rows(lists / "surnames_census2010.csv", ",")}
    _write("surnames.2010.txt.gz", surnames)
    firsts = {
        _key(line.split()[0])
        for sex in ("female", "male")
        for line in (lists / f"first_names_{sex}_census1990.txt").read_text().splitlines()
        if line.strip()
    }
    _write("first_names.1990.txt.gz", firsts)
    cities = {_key(row[0]) for row in _rows(lists / "us_cities.csv", "|")}
    _write("cities.v1.txt.gz", cities)
    hospitals = {_facility(row[0]) for row in _rows(lists / "us_hospitals_cms.csv", ",")}
    _write("hospitals.v1.txt.gz", {name for name in hospitals if len(name.split()) > 1})
    english = _english(corpora / "pretraining")
    _write("english.v1.txt.gz", english)
    eponyms = _eponyms(corpora, surnames)
    _write("eponyms.v1.txt.gz", eponyms)
    further = {kind: _further(kind) for kind in ("given_names", "surnames")}
    _write("terms.v1.txt.gz", _terms(corpora) - english - eponyms - firsts - surnames - set().union(*further.values()))
    _write("employers.v1.txt.gz", _own("known_employers"))
    _write("no_names.v3.txt.gz", _own("no_names"))
    for kind, known in (("given_names", firsts), ("surnames", surnames)):
        _write(f"further_{kind}.v1.txt.gz", further[kind] - english - eponyms - known)


def _rows(path: Path, delimiter: str) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter=delimiter)
        next(rows)
        yield from (row for row in rows if row and row[0].strip())


def _key(word: str) -> str:
    return " ".join(word.lower().split())


def _terms(corpora: Path) -> set[str]:
    """Words that medical text writes with a capital in three documents or more: drugs, devices, organisms, tests."""
    documents: Counter[str] = Counter()
    pretraining = corpora / "pretraining"
    sources = ("vaers_narratives", "medquad", "openstax_nursing", "clinical_trials")
    for text in _texts(pretraining / f"{name}.jsonl.xz" for name in sources):
        documents.update({word.lower() for word in _CAPITALISED.findall(text)})
    return {word for word, count in documents.items() if count >= 3}


def _further(kind: str) -> set[str]:
    """Names of origins that the censuses have few of, single words; the tagger learns with the same list."""
    lines = (OWN / f"{kind}.txt").read_text(encoding="utf-8").splitlines()
    names = {_key(line.split("\t")[0]) for line in lines if line and not line.startswith("#")}
    return {name for name in names if len(name) > 2 and name.isalpha()}


def _own(name: str) -> set[str]:
    """A list that was written for this project, a line each."""
    lines = (OWN / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return {_key(line) for line in lines if line and not line.startswith("#")}


def _facility(name: str) -> str:
    """``ST MARY'S HOSPITAL, INC`` becomes ``st mary's hospital``."""
    name = re.sub(r"\s*(?:,|-|\(|/)\s*(?:inc|llc|lp|the|a |an ).*|\(.*", "", _key(name).replace("’", "'"))
    return name.strip(" ,-")


def _texts(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in lines)


def _english(folder: Path) -> set[str]:
    """Words written in lower case at least five times, and in at least a twentieth of their occurrences."""
    low: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    sources = ("medquad", "openstax_nursing", "pmc_articles", "clinical_trials")
    for text in _texts(folder / f"{name}.jsonl.xz" for name in sources):
        low.update(re.findall(r"(?<![\w'’.@/\-])[a-z]{2,25}(?![\w@/\-])", text))
        capital.update(word.lower() for word in re.findall(r"(?<=[a-z,] )[A-Z][a-z]{1,25}\b", text))
    return {word for word, n in low.items() if n >= 5 and n * 20 >= n + capital[word]}


def _eponyms(corpora: Path, surnames: set[str]) -> set[str]:
    """Surnames that the terminologies write with a capital within a term, or that stand before an eponym's head."""
    found: Counter[str] = Counter()
    with gzip.open(corpora / "terminology/icd10cm-order-Jan-2021.txt.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            found.update(2 * re.findall(r"(?<=[a-z,(\-] )[A-Z][a-z]{2,}|(?<=[a-z]-)[A-Z][a-z]{2,}", line[77:]))
            found.update(2 * re.findall(r"^[A-Z][a-z]{2,}(?='s |-[A-Z])", line[77:]))
    for row in _rows(corpora / "terminology/doid_xref.tsv", "\t"):
        found.update(2 * re.findall(r"\b[A-Z][a-z]{2,}", row[1]))
    head = re.compile(rf"\b([A-Z][a-z]{{2,}})(?:-([A-Z][a-z]{{2,}}))?(?:['’]s)? (?:{_EPONYM_HEADS})\b")
    texts = [path.read_text(encoding="utf-8") for path in sorted((corpora / "notes_mtsamples").glob("*.txt"))]
    for text in (*texts, *_texts(corpora / f"pretraining/{name}.jsonl.xz" for name in ("medquad", "openstax_nursing"))):
        for names in head.findall(text):
            found.update(name for name in names if name)
    return {word.lower() for word, n in found.items() if n >= 2 and word.lower() in surnames}


def _write(name: str, words: set[str]) -> None:
    content = "\n".join(sorted(word for word in words if word)) + "\n"
    (LISTS / name).write_bytes(gzip.compress(content.encode(), compresslevel=9, mtime=0))
    print(f"{name}: {len(words)} entries")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
