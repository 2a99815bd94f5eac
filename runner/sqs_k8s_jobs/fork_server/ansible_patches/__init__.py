"""Patches of fork servers: all private parts of other libraries that these use stand here.

Each of them names what it needs, and is left out where that is missing or has changed. With it a
play comes to what it comes to without: some keep what another library gave for the very same input,
and ask it where there was none; the others leave out what makes no difference to a play's outcome.
"""
