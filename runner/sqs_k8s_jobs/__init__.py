"""The thin runner of the Ansible collection sqs_k8s.jobs: it moves, Ansible does the work."""
