"""The ways to reach WhatsApp, each behind the contract in `hebah.gateway.transport`."""
