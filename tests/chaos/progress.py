"""Progress of a run."""

from support.progress import elapsed, said_by

__all__ = ["elapsed", "say"]

say = said_by("chaos")
