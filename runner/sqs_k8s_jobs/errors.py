"""Errors for people: what was wrong, where, and what to do."""


class OperatorError(Exception):
    """An operator fault; its text is one clear line."""
