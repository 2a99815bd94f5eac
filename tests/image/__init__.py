"""The runner's image without a container engine: what the Containerfile says, from packages."""
