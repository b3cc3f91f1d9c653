"""What the guardrails know about AWS: tables of resource types, no logic."""
