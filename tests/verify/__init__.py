"""A release's checks beside `make test`: parts that are slow by nature, and a table."""
