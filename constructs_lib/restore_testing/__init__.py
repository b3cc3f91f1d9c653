"""Backups are restored every month, and what comes back is looked at."""

from constructs_lib.restore_testing.construct import CanaryStore, RestoreTesting

__all__ = ["CanaryStore", "RestoreTesting"]
