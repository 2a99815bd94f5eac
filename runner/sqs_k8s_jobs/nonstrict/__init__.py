"""A folder for the path of a Python whose Kubernetes client is to allow nonstrict certificates."""
