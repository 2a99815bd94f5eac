"""A clock that is wrong in the view of one runner and of its playbooks."""
