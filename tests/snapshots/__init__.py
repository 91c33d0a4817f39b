"""Pictures of the app: what each scene looks like, kept as SVG.  `python -m tests.snapshots` makes them anew."""
