"""The wire protocol, for psql and the drivers."""
