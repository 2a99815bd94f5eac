"""Messages from their receive until they are deleted, kept or given back."""
