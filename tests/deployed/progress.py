"""Progress of the passage."""

from kit.progress import said_by

say = said_by("deployed")
