"""HTTP of devices: the slots themselves, and linking them to phones."""
