"""The screens: pages for applicants and officials, made on the server. Imports workflow_engine, never the reverse."""
