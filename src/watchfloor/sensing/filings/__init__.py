"""Reports that people hand in by hand: told as events, like what senders tell."""
