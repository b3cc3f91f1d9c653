"""How Node, which builds the constructs, starts: from a snapshot, or directly with its compiled code kept."""
