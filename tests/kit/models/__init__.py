"""Models in memory: of a cluster, a queue, a clock, of what a runner consists of."""
