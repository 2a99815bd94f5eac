"""Measuring the runner, in ratios that hold on any machine: ``python -m bench``.

What a machine does in a second says little on another one. So each figure here is a quotient of
two things measured in one run: the runner's rate and that of a bare API client, its CPU and that
of the control plane, its latency and the start of an ``ansible-playbook``.

How it is layered, lowest first: ``progress cgroups measure sizes messages`` know nothing of the
others; ``process_kinds memory callback_log sqs bare`` look at one thing each; ``plane system`` put
together what is measured; ``cases`` measure; ``table plots`` show.
"""
