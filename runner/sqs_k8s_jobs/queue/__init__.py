"""SQS: queues, what comes from them, and their dead letters."""
