"""Archives: files of older chats, taken into a device's chats and taken back again."""
