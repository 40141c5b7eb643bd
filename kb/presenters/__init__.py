"""From models to what others read: index records, cards, JSON."""
