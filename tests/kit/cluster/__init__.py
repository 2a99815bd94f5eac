"""Clusters of tests: access, accounts, admission, and looks at what is there."""
