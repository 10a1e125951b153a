"""The transport to WhatsApp linked devices, over companion processes that speak the network's protocol."""
