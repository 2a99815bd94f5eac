"""Messages from their receive until they are deleted, dead-lettered or released."""
