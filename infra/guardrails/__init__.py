"""Promises checked on synthesised templates: plain Python over dicts."""
