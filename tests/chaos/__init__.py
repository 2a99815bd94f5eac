"""Chaos: everything fails while messages pass, and an independent checker judges what came of it.

``python -m chaos`` starts a real control plane, SQS's API, two runners and twenty callers, sends
messages (each twice), and plays a seeded plan of faults. The plan is printed, kept, and can be
played again. From files alone - what was sent, what the callers heard, the API server's audit log,
what is left in the queues - the checker then finds what was lost, done twice, left without an end,
told out of order or told differently. The exit code is 1 where it finds anything.

How it is layered, lowest first: ``files progress processes kinds`` serve all; ``plan letters`` say
what will happen; ``receiver callers queues proxy sender runners`` are the parts; ``system`` puts
them together;
``faults`` breaks them; ``run`` plays a plan to its end. ``evidence checker`` stand apart and share
nothing with the others; ``verdict`` shows what they found.
"""
