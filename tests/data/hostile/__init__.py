"""Messages from people who mean harm, each with what becomes of it."""
