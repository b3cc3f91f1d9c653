"""The reference workload in containers: an API that takes texts, and a worker that writes a report on each."""
