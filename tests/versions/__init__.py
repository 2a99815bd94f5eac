"""The versions that are supported: one list, and what is installed, run and written by it."""
