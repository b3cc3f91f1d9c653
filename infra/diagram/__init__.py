"""The architecture as a picture, from a synthesised assembly: what there is, by stack, and which way data goes."""
