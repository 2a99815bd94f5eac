"""The runner in a cluster, for real: its image on a real node, deployed by the role `deploy`.

``python -m deployed`` builds the image, deploys two replicas, sends them messages, kills the one
that reports, upgrades them under load, undeploys them, and has the judge of the chaos runs say
what was lost, what ran twice and what was told wrongly.
"""
