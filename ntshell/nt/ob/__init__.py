"""The object manager: names, references, handles, symbolic links."""

from ntshell.nt.kernel import Kernel
from ntshell.nt.ob import attributes, directory, event, handle, link, namespace, object, types, waitable

__all__ = ["attributes", "boot", "directory", "event", "handle", "link", "namespace", "object", "types", "waitable"]


def boot(k: Kernel) -> None:
    """Make the namespace and the object types of a fresh machine."""
    size = {"Directory": k.sizeof("_OBJECT_DIRECTORY"), "SymbolicLink": k.sizeof("_OBJECT_SYMBOLIC_LINK")}
    k.objects = namespace.standard(k.journal, lambda kind, note: k.pool.allocate_system(size[kind], note))
    types.boot(k)
