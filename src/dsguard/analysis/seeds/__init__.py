"""Which random numbers a script draws, and what seeds them before."""
