"""What `bench` measures: side by side with plain JavaScript CDK, interleaved, whole processes."""
