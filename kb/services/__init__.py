"""Use cases, one verb each. A service takes validated data and never commits."""
