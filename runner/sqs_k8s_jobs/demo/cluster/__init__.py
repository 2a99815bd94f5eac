"""The demo's cluster: prepared for it, or shared with others."""
