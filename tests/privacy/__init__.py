"""Personal data planted everywhere, looked for everywhere."""
