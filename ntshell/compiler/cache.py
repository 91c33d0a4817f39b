"""temporary"""
def compile_driver(name, sources, options, exports, exports_key=""):
    from ntshell.compiler.build import build
    return build(name, sources, options, exports() if callable(exports) else exports)[0]
def kernel_types(arch, exports, exports_key=""): ...
