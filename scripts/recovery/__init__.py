"""Backup and restore of each kind of store: beside what is there, resumable, checked, then cut over."""
