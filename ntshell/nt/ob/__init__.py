"""The object manager: names, references, handles, symbolic links."""
