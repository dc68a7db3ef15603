"""The small shop: its schema, its traffic, and what `make demo` shows of the road."""
