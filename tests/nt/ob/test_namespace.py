from hypothesis import given
from hypothesis import strategies as st

from ntshell.machine.journal import Journal
from ntshell.nt import status
from ntshell.nt.ob.namespace import Entry, Namespace, standard

LAB = "\\Device\\Lab0"


def picture(space: Namespace) -> list[tuple[object, ...]]:
    return [
        (entry.path, entry.type, entry.address, entry.target, entry.pointer_count, entry.handle_count, entry.temporary)
        for entry in space.walk()
    ] + sorted(space.known)


def test_names_have_no_case_and_links_are_followed() -> None:
    space = standard(Journal())
    assert space.insert(LAB, "Device", 0x1000) == status.STATUS_SUCCESS
    assert space.insert("\\DosDevices\\LAB1", "SymbolicLink", 0x2000, target=LAB) == status.STATUS_SUCCESS
    found = space.lookup("\\??\\lab1")
    assert found is not None and found.address == 0x1000 and found.path == LAB
    link = space.lookup("\\??\\lab1", follow=False)
    assert link is not None and link.target == LAB


def test_the_rest_of_a_path_is_the_devices() -> None:
    space = standard(Journal())
    space.insert(LAB, "Device", 0x1000)
    space.insert("\\??\\LAB1", "SymbolicLink", 0x2000, target=LAB)
    entry, rest, code = space.resolve("\\DosDevices\\LAB1\\some\\file")
    assert entry is not None and (entry.address, rest, code) == (0x1000, "\\some\\file", 0)
    assert space.lookup("\\??\\LAB1\\file") is None


def test_statuses() -> None:
    space = standard(Journal())
    space.insert(LAB, "Device", 0x1000)
    assert space.insert(LAB.upper(), "Device", 1) == status.STATUS_OBJECT_NAME_COLLISION
    assert space.insert("\\Nowhere\\X", "Device", 1) == status.STATUS_OBJECT_PATH_NOT_FOUND
    assert space.insert("X", "Device", 1) == status.STATUS_OBJECT_PATH_SYNTAX_BAD
    assert space.insert("\\Device\\", "Device", 1) == status.STATUS_OBJECT_NAME_INVALID
    assert space.resolve("\\Device\\Lab9")[2] == status.STATUS_OBJECT_NAME_NOT_FOUND
    assert space.resolve("\\Driver\\X\\Y")[2] == status.STATUS_OBJECT_PATH_NOT_FOUND


def test_a_ring_of_links_ends() -> None:
    space = standard(Journal())
    space.insert("\\??\\A", "SymbolicLink", 0, target="\\??\\B")
    space.insert("\\??\\B", "SymbolicLink", 0, target="\\??\\A")
    assert space.lookup("\\??\\A") is None


def test_children_are_sorted() -> None:
    space = standard(Journal())
    for name in ("b", "A", "c"):
        space.insert(f"\\Device\\{name}", "Device", ord(name))
    assert [entry.name for entry in space.children("\\device")] == ["A", "b", "c"]


NAMES = st.sampled_from(
    ["\\Device\\a", "\\Device\\A", "\\??\\b", "\\DosDevices\\B", "\\Device\\c", "\\x\\y", "bad", "\\"]
)
STEPS = st.lists(
    st.tuples(st.sampled_from(["insert", "link", "remove", "forget"]), NAMES, st.integers(1, 6)), max_size=30
)


@given(STEPS)
def test_undoing_restores_everything(steps: list[tuple[str, str, int]]) -> None:
    journal = Journal()
    space = standard(journal)
    pictures = []
    for what, name, number in steps:
        journal.begin()
        pictures.append(picture(space))
        entry: Entry | None = space.lookup(name)
        if what == "insert" and space.at(number) is None:
            space.insert(name, "Device", number)
        elif what == "link" and space.at(number + 10) is None:
            space.insert(name, "SymbolicLink", number + 10, target="\\Device\\a")
        elif what == "remove":
            space.remove(name)
        elif entry is not None and entry.type == "Device":
            space.forget(entry)
    for before in reversed(pictures):
        journal.back()
        assert picture(space) == before
