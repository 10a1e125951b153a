"""What browsers are told: the event log as snapshot and cursor over one WebSocket."""
