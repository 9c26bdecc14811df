"""References between FHIR resources: within a resource, within a Bundle, and to other servers' resources."""

import re
from collections.abc import Iterator

from transforms.read.fhir_json import Resource, objects, string

_ABSOLUTE = re.compile(r"(https?://.+)/([A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64})", re.IGNORECASE)
_HISTORY = re.compile(r"/_history/[^/]*$")


class References:
    """The resources that came together in one record, by their full URL and by type and id."""

    def __init__(self, loaded: Resource) -> None:
        self._resources = list(_flat(loaded, ""))
        self._by_reference: dict[str, Resource] = {}
        for full_url, resource in self._resources:
            for reference in references_to(resource, full_url):
                self._by_reference.setdefault(reference, resource)

    def resources(self) -> Iterator[tuple[str, Resource]]:
        """(full URL, resource) of each, Bundles unpacked; the URL is empty where there is none."""
        return iter(self._resources)

    def find(self, reference: str, within: Resource) -> Resource | None:
        """The resource that is referred to from another; None where it did not come with it."""
        if reference.startswith("#"):
            return next(
                (one for one in objects(within.get("contained")) if string(one, "id") == reference[1:]),
                None,
            )
        return self._by_reference.get(current(reference)) if reference else None


def references_to(resource: Resource, full_url: str = "") -> list[str]:
    """All by which others may refer to a resource: its full URL, and its type and id."""
    kind, own_id = string(resource, "resourceType"), string(resource, "id")
    return [reference for reference in (current(full_url), f"{kind}/{own_id}" if own_id else "") if reference]


def current(reference: str) -> str:
    """The reference without the version that it was made to."""
    return _HISTORY.sub("", reference)


def split_reference(reference: str) -> tuple[str, str]:
    """(server base, type and id) of an absolute reference; an empty base and the reference itself for any other."""
    found = _ABSOLUTE.fullmatch(current(reference))
    return (found[1], found[2]) if found else ("", current(reference))


def _flat(resource: Resource, full_url: str) -> Iterator[tuple[str, Resource]]:
    if resource.get("resourceType") != "Bundle":
        yield full_url, resource
        return
    for entry in objects(resource.get("entry")):
        for one in objects(entry.get("resource")):
            yield from _flat(one, string(entry, "fullUrl"))
