"""People: contacts, leads, tags, consent and suppression."""
