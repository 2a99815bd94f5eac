"""The ids that are worth a report, in lanes, and the endpoints that hear of them."""
