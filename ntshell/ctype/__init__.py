"""C types of a target, their layout, values in simulated memory and how a debugger shows them."""
