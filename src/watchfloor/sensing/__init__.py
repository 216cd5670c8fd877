"""What the floor finds by itself: it watches the operation and raises alerts of its own."""
