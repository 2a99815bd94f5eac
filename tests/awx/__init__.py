"""AWX, as far as tests of what it is given need it: its API's objects, and how it runs a job.

A server of AWX itself takes a cluster and images. What stands here is written after its sources:
``controller`` answers the API calls that the collection awx.awx makes, ``objects`` keeps what they
make in memory, ``checks`` refuses what AWX refuses, and ``job`` lays a job's files out as AWX does
and runs them through ansible-runner, which is what AWX itself runs them with.
"""
