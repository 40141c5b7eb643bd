"""备份与恢复: the database, the originals and the settings in one verified archive.

The index is never in it: an index of another place is not to be opened, and it can be rebuilt.
Neither is the signing key: who takes a backup away must not be able to sign in with it.
"""
