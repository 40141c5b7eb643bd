"""记录文件 of another system (units, requests, work orders, call counts): read, checked, loaded."""
