"""Batches of messages become Jobs."""
