"""What a site usually counts in each hour of its week, and which counts are unlike it."""
