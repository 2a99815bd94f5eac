"""Write docs/reference.md: `python -m reference`."""

from . import PAGE, ROOT, page

PAGE.write_text(page(), "utf-8")
print(f"wrote {PAGE.relative_to(ROOT)}")
