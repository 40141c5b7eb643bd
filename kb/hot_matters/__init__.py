"""热点事项: which requests of a period are about one matter in one place. Pure: no database."""
