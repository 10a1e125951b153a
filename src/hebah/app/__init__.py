"""The composition: command line, settings, wiring, and the web, gateway and worker processes."""
