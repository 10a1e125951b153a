"""A pretended WhatsApp: a network with people who answer, a ledger that judges, and the transport that reaches it."""
