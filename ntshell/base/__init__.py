"""The lowest floor: places, errors, events, and where the shipped files are.  Imports nothing of ntshell above it."""
