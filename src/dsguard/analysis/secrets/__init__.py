"""Finding credentials in text. Nothing here reads a file, talks to a network or keeps a value it found."""
