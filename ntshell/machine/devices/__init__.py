"""Device models, one file each, by the `model` word of a machine file."""
