"""工单 engine: commands are decided on the state that events add up to. No database here."""
