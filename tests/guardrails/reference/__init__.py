"""A small platform with one of everything, hardened: what the guardrails must find nothing in."""
