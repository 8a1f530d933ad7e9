"""spaCy components that turn a story's text into tags with evidence."""
