"""How an environment is brought to a release, and back: stacks, change sets, releases, policies, drift."""
