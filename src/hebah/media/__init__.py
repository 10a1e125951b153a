"""Blobs, thumbnails and limits."""
