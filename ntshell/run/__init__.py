"""Running drivers: booting a kernel, binding an image, stepping, taking interrupts, switching threads, unloading."""
