"""What the load test runs, in an environment of its own: Locust brings a web server that the verbs do not need."""
