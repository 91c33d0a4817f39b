"""The shell: commands, their words, reports, scripts and completion as plain data.  Knows no terminal."""
