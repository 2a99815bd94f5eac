"""What happens in the cluster wakes reports."""
