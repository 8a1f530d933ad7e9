"""The dashboard of AI News Trends: a published snapshot in, a browser out. Imports neither etl nor spacy."""
