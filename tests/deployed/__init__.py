"""The runner in a cluster, for real: its image on a real node, deployed by the role `deploy`.

``python -m deployed`` builds the image, deploys two replicas, sends them messages, kills the one
that reports, upgrades them under load, and undeploys them. It then deploys one that KEDA scales,
and floods it. The judge of the chaos runs says what was lost, ran twice or was told wrongly.
"""
