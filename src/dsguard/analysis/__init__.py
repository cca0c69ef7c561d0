"""Static analysis behind the rules. Nothing of the repository under review is ever imported or run."""
