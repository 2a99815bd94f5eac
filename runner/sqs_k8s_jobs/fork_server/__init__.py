"""Fork servers: what a run of a playbook would import anew each time, is imported once.

Two servers wait with their imports done and fork a process for each run: one for
ansible-playbook, one for the Python of modules. To Ansible each is a program like the one that
it stands for, and what goes wrong with it falls back to that program.
"""
