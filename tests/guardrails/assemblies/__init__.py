"""Three cloud assemblies of other teams, with known answers."""
