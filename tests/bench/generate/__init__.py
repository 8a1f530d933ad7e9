"""Loads for measuring: stories without end that are distributed like the archive's, with their tags. README.md says how."""
