"""A WhatsApp network on 127.0.0.1 that the real companion library links to, for tests and measurements."""
