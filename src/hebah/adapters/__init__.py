"""The things Hebah has two of: transports, blob stores, assessors."""
