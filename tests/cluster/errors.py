"""Cluster errors, as a single exception with a readable text."""


class ClusterError(Exception):
    """A cluster, or a part of it, could not be built, started or asked."""
