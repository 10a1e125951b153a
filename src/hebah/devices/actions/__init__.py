"""What can be done with devices: by people (`slots`) and by the gateways that hold them (`held`)."""
