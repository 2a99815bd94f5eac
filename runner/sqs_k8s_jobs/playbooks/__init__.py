"""Runs of playbooks: what they get, and what came of them."""
