"""The debugger: a driver's session free of any user interface.  `Session` is public: others build on it."""
