"""A week in the life of a scheme: eight people at their work, counted and timed."""
