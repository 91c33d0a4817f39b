"""The memory manager: pool, mappings, memory descriptor lists."""
