"""What the runner says of itself, beside its log."""
