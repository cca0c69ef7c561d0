"""What dsguard says about its own run: input it cannot read, suppressions that hide nothing, its own bugs."""
