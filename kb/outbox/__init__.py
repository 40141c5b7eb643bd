"""The way from a changed row to the index: rows enqueued with the change, drained by one worker."""
