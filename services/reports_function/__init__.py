"""The worker of the reference workload as a function: the same work, handed over by Lambda."""
