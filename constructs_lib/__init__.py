"""Reusable L3 constructs: plain values in, secure resources out. They know no environment, config or stack."""
