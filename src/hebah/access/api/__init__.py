"""HTTP of access: set-up, signing in and out, one's own account, the workspace's settings and its people."""
