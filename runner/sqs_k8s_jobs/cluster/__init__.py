"""The Kubernetes API: lists, watches and the Lease."""
