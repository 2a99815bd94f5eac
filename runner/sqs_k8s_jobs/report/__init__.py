"""Jobs and records are reported to callers."""
