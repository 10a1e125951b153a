"""What access does: letting people in, and what they do to their own accounts, to each other and to the workspace."""
