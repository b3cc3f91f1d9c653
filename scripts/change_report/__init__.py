"""The change report as people and programs read it: collected from two assemblies, then written in four forms."""
