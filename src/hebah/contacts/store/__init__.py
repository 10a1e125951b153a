"""Contacts, leads, suppressions and imports in and out of PostgreSQL."""
