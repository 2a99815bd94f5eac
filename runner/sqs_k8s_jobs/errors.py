"""Errors for people: what was wrong, where, and what to do."""


class OperatorError(Exception):
    """Something that the operator has to set right; its text is one clear line."""
