"""The object manager: names, references, handles, symbolic links."""

from ntshell.nt.kernel import Kernel
from ntshell.nt.ob import attributes, directory, event, handle, link, namespace, object, types

__all__ = ["attributes", "directory", "event", "handle", "link", "namespace", "object", "start", "types"]


def start(k: Kernel) -> None:
    """Make the namespace and the object types of a fresh machine."""
    k.objects = namespace.standard(k.journal, k.pool.allocate_system)
    types.start(k)
