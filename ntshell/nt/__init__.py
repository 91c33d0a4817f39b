"""The NT kernel: its exports by NT's own prefixes, and how they behave."""
