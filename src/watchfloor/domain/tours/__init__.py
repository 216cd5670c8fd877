"""Tours: walks from checkpoint to checkpoint."""
