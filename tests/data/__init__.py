"""Data of tests: golden and hostile messages, and what earlier versions wrote."""
