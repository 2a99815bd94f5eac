"""Observability of the runner, beside its log."""
