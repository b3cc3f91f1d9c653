"""Functions that write canaries into file systems, and one that reads them in what a restore test brought back."""

from constructs_lib.file_canaries.construct import FileCanaries

__all__ = ["FileCanaries"]
