"""The rules: one small file each, listed in one static tuple."""
