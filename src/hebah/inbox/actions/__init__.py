"""What happens to chats: messages come in and are recorded, files and packets of history are fetched."""
