"""The demo: the specification's message and its neighbours, live, on real parts."""
