"""Requests that their sender may repeat without doing the thing twice: the header Idempotency-Key."""
