"""Programs that tests start: the runner, playbooks, the demo, programs of others."""
