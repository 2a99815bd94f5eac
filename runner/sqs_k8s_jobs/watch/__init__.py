"""Watches of the cluster, which add ids to the workqueue."""
