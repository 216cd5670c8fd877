"""What was changed at the operation being watched: rosters, firmware, releases ..."""
