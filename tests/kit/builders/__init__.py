"""Makers of what tests need: messages, objects, policies, variables."""
