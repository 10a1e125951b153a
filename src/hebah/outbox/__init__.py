"""Every outgoing message: stream, queue, pace, claim, settle, reconcile."""
