"""HTTP of campaigns: drafts, launches and reports."""
