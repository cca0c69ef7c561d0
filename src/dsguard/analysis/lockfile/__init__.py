"""What the lockfile family knows: which locks a project has, what they cover, and which tool writes them."""
