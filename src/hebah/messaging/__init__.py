"""Pure words of messaging, free of any wire and any database: addresses, content, delivery, rendering."""
