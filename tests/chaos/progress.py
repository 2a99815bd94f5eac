"""Progress of a run."""

from kit.progress import elapsed, said_by

__all__ = ["elapsed", "say"]

say = said_by("chaos")
