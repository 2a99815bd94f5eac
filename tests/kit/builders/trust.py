"""Texts that Ansible takes as templates, whichever ansible-core it is."""

from __future__ import annotations

from typing import Any

__all__ = ["is_trusted_as_template", "trust_as_template"]

try:
    from ansible.template import is_trusted_as_template, trust_as_template
except ImportError:
    from ansible.utils.unsafe_proxy import AnsibleUnsafe

    def trust_as_template(value: str) -> str:
        """Before 2.19, every text is one …"""
        return value

    def is_trusted_as_template(value: Any) -> bool:
        """… that is not marked as unsafe."""
        return isinstance(value, str) and not isinstance(value, AnsibleUnsafe)
