"""The demo city 云汀市: invented from end to end, loaded into an empty database only."""
