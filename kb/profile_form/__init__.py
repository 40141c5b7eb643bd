"""The city profile as forms: sections of fields, what was typed read back, changes in words."""
