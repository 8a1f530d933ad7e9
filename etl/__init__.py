"""The ETL of AI News Trends: seeds and sources in, one published snapshot out."""

__version__ = "0.1.0"
