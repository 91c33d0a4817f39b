"""The run-time library: strings, memory, large integers, bit maps, time."""
