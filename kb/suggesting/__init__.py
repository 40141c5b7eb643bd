"""派单建议 suggestions: text in, ranked categories, units and like requests out, with reasons.

Pure: no database, no clock, no files. What is known comes in as plain data.
"""
