"""The queries of a chart by this program and by others, on the same rows."""
