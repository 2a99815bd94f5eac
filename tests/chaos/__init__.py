"""Chaos: everything fails while messages pass, and an independent checker judges what came of it.

``python -m chaos`` starts a real control plane, SQS's API, two runners and twenty callers, sends
messages (each twice), and plays a seeded plan of faults. The plan is printed, kept, and can be
played again. From files alone - what was sent, what the callers heard and what they meant by their
answers, the API server's audit log, who held which message, what the runners and the cluster took
for accepted, what is left in the queues - the checker then finds what was lost, done twice, left
without an end, told out of order or differently, or taken for accepted and was not. The exit code
is 1 where it finds anything.

How it is layered, lowest first: ``files journal progress processes fault_kinds`` serve all; ``plan
messages planner`` say what will happen; ``answers receiver callers custody queues proxy sender
clocks disks runners`` are the parts; ``system`` puts them together; ``runner_faults cluster_faults
object_faults network_faults`` break them, as ``refusals`` and ``begun_fault`` have it, and
``faults`` keeps count; ``run`` plays a plan to its end. ``records evidence receives case standstill
checker`` stand apart and share with the others nothing but the names of ``fault_kinds``;
``verdict`` shows what they found.
"""
