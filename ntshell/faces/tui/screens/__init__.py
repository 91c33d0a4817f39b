"""What comes over the panes: a report that was asked for, a bug check, a choice.  One module a screen, imported when it opens."""
