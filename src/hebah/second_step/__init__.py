"""The second step at sign-in: codes that change every 30 seconds, and codes for when the phone is gone."""
