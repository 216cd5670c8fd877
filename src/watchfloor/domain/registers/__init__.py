"""What a tenant keeps of its operation: declared once, then imported, listed, written alike."""
