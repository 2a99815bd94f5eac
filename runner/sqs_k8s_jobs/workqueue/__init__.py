"""The ids that need a report, in lanes, and their endpoints."""
