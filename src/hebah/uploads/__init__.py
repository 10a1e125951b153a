"""Files on their way here from a browser, piece by piece, so that one that was cut goes on from where it was."""
