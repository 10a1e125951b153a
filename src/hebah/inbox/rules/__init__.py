"""What is decided about messages, changes to them, their files and their history."""
