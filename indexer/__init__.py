"""A library: text in, ranked ids and answers out. Knows neither Flask nor the database."""
