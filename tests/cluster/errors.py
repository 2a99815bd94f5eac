"""What can go wrong with a cluster, as one exception with a readable text."""


class ClusterError(Exception):
    """A cluster, or a part of it, could not be built, started or asked."""
