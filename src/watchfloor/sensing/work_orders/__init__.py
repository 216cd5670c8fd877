"""What people do with work orders: told as events, like what senders tell."""
