"""The domain of 应答: knowledge, requests, work orders and numbers. Knows no HTTP."""
