"""Thresholds of the rules, as a tenant, a client or a site sets them."""
