"""Pure words of the wire-independent world: address, content, status, rendering."""
