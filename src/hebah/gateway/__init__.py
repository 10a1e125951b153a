"""Holds the live links of the devices this process owns, sends what is due and stores what arrives."""
