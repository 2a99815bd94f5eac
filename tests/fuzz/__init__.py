"""Fuzzing of what reads texts of people we do not know."""

from ansible.plugins.loader import init_plugin_loader
from ansible.utils.collection_loader import AnsibleCollectionConfig
from kit.paths import ROOT

# Before anything imports ansible_collections: Ansible's finder wants to be the first to.
if AnsibleCollectionConfig.collection_finder is None:
    init_plugin_loader([str(ROOT / "collections")])
