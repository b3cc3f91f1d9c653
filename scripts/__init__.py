"""The operations command line: one verb per file, `python -m scripts VERB`."""
