"""Servers for tests and for the demo: SQS's API, and a callback's receiver, on local ports."""
