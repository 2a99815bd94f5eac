"""What a release has to pass beside `make test`: parts that are slow by nature, and a table."""
