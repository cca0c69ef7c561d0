"""Should these bytes be in git? Decided by place, size and content."""
