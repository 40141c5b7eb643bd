"""工单: one verb each over the pure engine in ``kb.work_orders``.

The pages use the names in ``kb.services.work_orders``. Every verb takes the session, the order and
a :class:`~kb.services.orders.giving.By` (who, when, which city, how many events they had seen);
it checks the person, lets the engine decide, appends one event, rewrites the projection, writes
the audit record and tells whom it concerns. Nothing here commits.
"""
