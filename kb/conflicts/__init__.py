"""冲突雷达 conflict radar: two entries on one matter that tell a caller different things.

Pure: texts in, differences out. :mod:`kb.services.conflicts` finds the entries to compare and
keeps what the units answer.
"""
