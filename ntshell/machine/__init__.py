"""The simulated machine: memory, processors, clock, interrupt lines, threads, the journal, buses and device models.

Knows nothing of C or NT.  Nothing here reads the host's clock, chance or threads: the same commands give the same bytes.
"""
