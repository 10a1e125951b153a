"""Stops: sending forbidden for a device, a campaign, a workspace or everything, until somebody lets it go on."""
