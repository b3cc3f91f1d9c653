"""The sections of an environment's configuration, one file each."""
