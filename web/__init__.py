"""The screens: pages for applicants and officials, rendered on the server. Imports workflow_engine, never the other way."""
