"""The risk rules, one file each."""
