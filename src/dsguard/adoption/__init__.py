"""What ``dsguard init`` proposes to a repository: settings, a hook, lines of .gitignore, a job for CI. Nothing is written here."""
