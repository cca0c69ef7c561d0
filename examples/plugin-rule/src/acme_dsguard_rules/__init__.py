"""Rules of Acme for dsguard: `plugins = ["acme-dsguard-rules"]` in its configuration."""

from acme_dsguard_rules.unpinned_download import UnpinnedDownload

RULES = [UnpinnedDownload]
