"""Progress of the passage."""

from support.progress import said_by

say = said_by("deployed")
