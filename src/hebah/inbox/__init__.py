"""Chats, messages, receipts and search."""
