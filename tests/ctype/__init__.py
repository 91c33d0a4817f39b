"""Tests of the ctype floor."""
