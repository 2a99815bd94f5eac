# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Patterns of images: each part of a pattern is for the same part of a reference, and no other.

A pattern on the whole text would take a registry named like an image for the image, and a
digest for a part of the tag before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import translate
from typing import Optional

from ..common.patterns import Patterns
from .image_references import LATEST, Reference, domain_and_path, has_domain, read, tag_of

EVERYTHING = "*"
OWN_PORT = ":443"  # of a registry that names none
_SAYS_OWN_PORT = re.compile(":0*443$")
_PORT = re.compile(":[0-9]+$")


class Images:
    """A list of patterns of images, with C(!) before a forbidding pattern."""

    def __init__(self, listed: list[str]) -> None:
        self._listed = Patterns(listed)
        self._wanted = [_Pattern(one) for one in listed if not one.startswith("!")]
        self._refused = [_Pattern(one[1:]) for one in listed if one.startswith("!")]
        self._takes_all = EVERYTHING in listed
        # These are for the text as well: they had better refuse too much than too little.
        self._refuses = Patterns([EVERYTHING, *(one for one in listed if one.startswith("!"))])

    def allow(self, image: str) -> bool:
        """Tell whether an image is allowed; what is no reference is where all images are."""
        found = read(image)
        if found is None:
            return self._takes_all and not self._refused
        if any(one.refuses(found) for one in self._refused):
            return False
        if not self._refuses.allow(image, str(found)):
            return False
        return self._takes_all or any(one.allows(found) for one in self._wanted)

    def __str__(self) -> str:
        return str(self._listed)


class _Pattern:
    """One pattern, in parts.

    Without a tag it is for C(latest), or for whatever is in the repositories that end with C(*).
    A digest has to be named, unless the tag may be any: it decides, whatever tag is before it.
    """

    def __init__(self, written: str) -> None:
        name, at, digest = written.partition("@")
        domain, rest = _domain_and_rest(name)
        path, self._tag = tag_of(rest)
        self._digest = digest if at else None
        self._is_open = self._tag == EVERYTHING or (self._tag is None and path.endswith("*"))
        self._is_of_domain = _matcher(domain)
        self._is_of_path = _matcher(path)

    def allows(self, image: Reference) -> bool:
        if not self._is_named(image):
            return False
        if self._digest is not None:
            tag_fits = self._tag is None or _fits(self._tag, image.tag)
            return tag_fits and _fits(self._digest, image.digest)
        if self._is_open:
            return True
        return image.digest is None and _fits(self._tag or LATEST, image.tag)

    def refuses(self, image: Reference) -> bool:
        return (
            self._is_named(image)
            and (self._tag is None or _fits(self._tag, image.tag))
            and (self._digest is None or _fits(self._digest, image.digest))
        )

    def _is_named(self, image: Reference) -> bool:
        domain = image.domain
        with_port = domain if _PORT.search(domain) else domain + OWN_PORT
        is_of_domain = self._is_of_domain(domain) or self._is_of_domain(with_port)
        return bool(is_of_domain and self._is_of_path(image.path))


def _domain_and_rest(name: str) -> tuple[str, str]:
    """Return the registry and the rest of a pattern; where C(*) is first, that is any registry."""
    first, slash, rest = name.partition("/")
    if first == EVERYTHING:
        return EVERYTHING, rest if slash else EVERYTHING
    if first.startswith("*:") and not slash:
        return EVERYTHING, name
    domain, path = domain_and_path(name)
    if not has_domain(name):
        return domain, path
    says_port = domain + OWN_PORT if _SAYS_OWN_PORT.search(first) else domain
    is_whole = tag_of(rest)[0] == EVERYTHING  # and of Docker's more than its library
    return says_port, rest if is_whole else path


def _matcher(pattern: str) -> Callable[[str], object]:
    is_address = pattern.startswith("[") and ":" in pattern.partition("]")[0]
    return re.compile(translate("[[]" + pattern[1:] if is_address else pattern)).match


def _fits(pattern: str, text: Optional[str]) -> bool:
    return text is not None and bool(_matcher(pattern)(text))


ANY = Images([EVERYTHING])
