"""Servers on loopback ports: SQS's API, endpoints, proxies, TLS."""
