"""The engine: commands and questions about dossiers. Knows nothing of HTTP or HTML."""
