from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ntshell.nt import status
from ntshell.nt.cm.hardware import DESCRIPTION, DEVICE_MAP, RESOURCE_MAP, service_key
from ntshell.nt.cm.lists import Claim, pack_full, pack_list, parse_full, parse_list
from ntshell.nt.cm.registry import Key, Registry

SERVICES = "\\Registry\\Machine\\System\\CurrentControlSet\\Services"


def picture(key: Key) -> tuple[Any, ...]:
    subkeys = tuple(picture(each) for each in key.sorted())
    return (key.name, key.volatile, key.link, key.written, key.deleted, tuple(key.values), subkeys)


def test_names_have_no_case_and_the_control_set_is_a_link(world: Any) -> None:
    registry: Registry = world.k.registry
    path = service_key(registry, "Lab")
    assert path == f"{SERVICES}\\Lab"
    key = registry.open(path.upper())
    assert key is not None and key.path == "\\Registry\\Machine\\System\\ControlSet001\\Services\\Lab"
    value = key.value("START")
    assert value is not None and value.number == 3
    assert registry.open(f"{path}\\parameters") is not None


def test_keys_and_their_statuses(world: Any) -> None:
    registry: Registry = world.k.registry
    assert registry.create("Nowhere") == status.STATUS_OBJECT_PATH_SYNTAX_BAD
    assert registry.create(f"{DEVICE_MAP}\\X") == status.STATUS_CHILD_MUST_BE_VOLATILE
    made = registry.create(f"{SERVICES}\\Lab\\A\\B")
    assert isinstance(made, Key) and made.parent is not None
    assert registry.create(f"{SERVICES}\\Lab\\Q\\R", parents=False) == status.STATUS_OBJECT_NAME_NOT_FOUND
    assert registry.delete(made.parent) == status.STATUS_CANNOT_DELETE
    assert registry.delete(made) == 0 and registry.open(f"{SERVICES}\\Lab\\A\\B") is None
    assert registry.set_number(made, "x", 1) == status.STATUS_KEY_DELETED
    assert registry.delete(made) == status.STATUS_KEY_DELETED


def test_a_value_keeps_its_name_and_place(world: Any) -> None:
    registry: Registry = world.k.registry
    key = registry.create(f"{SERVICES}\\Lab")
    assert isinstance(key, Key)
    registry.set_text(key, "One", "1")
    registry.set_number(key, "Two", 2)
    registry.set_text(key, "ONE", "eins")
    assert [(each.name, each.type) for each in key.values] == [("One", 1), ("Two", 4)]
    assert key.values[0].text == "eins"
    assert registry.delete_value(key, "none") == status.STATUS_OBJECT_NAME_NOT_FOUND


def test_the_description_tree_says_what_the_machine_has(world: Any) -> None:
    registry: Registry = world.k.registry
    bus = registry.open(f"{DESCRIPTION}\\MultifunctionAdapter\\0")
    card = registry.open(f"{DESCRIPTION}\\MultifunctionAdapter\\0\\OtherController\\0")
    assert bus is not None and card is not None
    assert bus.value("Identifier").text == "ISA" and card.value("Identifier").text == "LAB"  # type: ignore[union-attr]
    data = card.value("Configuration Data")
    assert data is not None
    claims, end = parse_full(data.data, 0, world.k.arch.pointer)
    assert [each.text for each in claims] == ["ports 0x300-0x307", "IRQ 5"] and end == len(data.data)


def test_lists_have_the_layout_of_the_headers(world: Any) -> None:
    k = world.k
    claims = [Claim(1, 1, 1, 0x300, 8), Claim(2, 3, 1, 5, 0, 5), Claim(4, 1, 0, 2, 3), Claim(1, 1, 1, 0x60, 1, 0, 0)]
    data = pack_list(claims, k.arch.pointer)
    assert parse_list(data, k.arch.pointer) == claims
    full = k.struct("_CM_FULL_RESOURCE_DESCRIPTOR", world.block(len(data), pack_full(claims[:3], 1, 0, k.arch.pointer)))
    parts = full.member("PartialResourceList")
    assert (full.InterfaceType, full.BusNumber, parts.Count) == (1, 0, 3)
    first, second, third = (parts.PartialDescriptors.element(n) for n in range(3))
    assert first.u.Port.Start.QuadPart == 0x300 and first.u.Port.Length == 8
    assert (second.u.Interrupt.Level, second.u.Interrupt.Vector, second.Flags) == (5, 5, 1)
    assert (third.u.Dma.Channel, third.u.Dma.Port) == (2, 3)


PATHS = st.sampled_from([f"{SERVICES}\\a", f"{SERVICES}\\A\\b", f"{DEVICE_MAP}\\c", f"{RESOURCE_MAP}\\d\\e", "\\bad"])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["create", "delete", "set", "drop"]),
        PATHS,
        st.sampled_from(["", "x", "X", "y"]),
        st.binary(max_size=4),
    ),
    max_size=25,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(STEPS)
def test_undoing_restores_everything(world: Any, steps: list[tuple[str, str, str, bytes]]) -> None:
    registry: Registry = world.k.registry
    before = picture(registry.root)
    pictures = []
    for what, path, name, data in steps:
        world.k.journal.begin()
        pictures.append(picture(registry.root))
        key = registry.open(path)
        if what == "create":
            registry.create(path, volatile=len(data) % 2 == 0)
        elif key is None:
            continue
        elif what == "delete":
            registry.delete(key)
        elif what == "set":
            registry.set_value(key, name, 3, data)
        else:
            registry.delete_value(key, name)
    for each in reversed(pictures):
        world.k.journal.back()
        assert picture(registry.root) == each
    assert picture(registry.root) == before
