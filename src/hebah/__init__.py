"""Hebah: campaigns and conversations over many linked WhatsApp numbers."""
