"""Fuzzing of what reads texts of people we do not know."""

from __future__ import annotations

from pathlib import Path

from ansible.plugins.loader import init_plugin_loader
from ansible.utils.collection_loader import AnsibleCollectionConfig

# Before anything imports ansible_collections: Ansible's finder wants to be the first to.
if AnsibleCollectionConfig.collection_finder is None:
    init_plugin_loader([str(Path(__file__).resolve().parents[2] / "collections")])
