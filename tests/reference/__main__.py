"""Write docs/reference.md: `python -m reference`."""

from __future__ import annotations

from . import PAGE, ROOT, page

PAGE.write_text(page(), "utf-8")
print(f"wrote {PAGE.relative_to(ROOT)}")
