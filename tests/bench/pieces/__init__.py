"""Facts out of tagged pieces, larger than memory: what DuckDB needs for them, and that another engine counts the same."""
