"""A family's rights over its data: what it asks for, and the erasures that wait for their turn."""
