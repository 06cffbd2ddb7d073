"""The search over everything public: what stands in it, how it follows, how it is asked."""

from models.search import records

__all__ = ["records"]
