"""What teaches: walkthroughs, in words and commands."""
