"""dsguard keeps data-science repositories safe to share and possible to reproduce."""

__version__ = "0.1.0"
