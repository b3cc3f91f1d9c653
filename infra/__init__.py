"""Stacks, and `platform.py`: the one place that wires them."""
