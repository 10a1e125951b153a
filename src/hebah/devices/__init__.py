"""Linked WhatsApp numbers: their slots, states, causes and the people allowed to use them."""
