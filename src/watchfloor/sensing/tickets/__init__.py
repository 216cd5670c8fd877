"""What people do with tickets: told as events, like what senders tell."""
