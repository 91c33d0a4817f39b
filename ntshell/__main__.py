"""`python -m ntshell`."""

from ntshell.cli import main

raise SystemExit(main())
