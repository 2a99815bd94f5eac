"""Messages in flight that wait, since their namespace accepts no Jobs."""
