"""Hebah in a real browser. A package, so that one browser lasts as long as its tests do."""
