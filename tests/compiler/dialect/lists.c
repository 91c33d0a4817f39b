/* Linked lists, doubly, singly and interlocked. */
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;

typedef struct _ITEM {
    int n;
    LIST_ENTRY Link;
    SINGLE_LIST_ENTRY Single;
} ITEM, *PITEM;

static LIST_ENTRY Head;

static void Show(const char *what)
{
    PLIST_ENTRY each;

    DbgPrint("%s:", what);
    for (each = Head.Flink; each != &Head; each = each->Flink)
        DbgPrint(" %d", CONTAINING_RECORD(each, ITEM, Link)->n);
    DbgPrint("\n");
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    ITEM a = {1}, b = {2}, c = {3};
    LIST_ENTRY Other;
    SINGLE_LIST_ENTRY Singles = {NULL};
    KSPIN_LOCK Lock;
    SLIST_HEADER Slist;
    PLIST_ENTRY entry;

    InitializeListHead(&Head);
    DbgPrint("%d\n", IsListEmpty(&Head)); /* -> 1 */
    InsertTailList(&Head, &b.Link);
    InsertHeadList(&Head, &a.Link);
    InsertTailList(&Head, &c.Link);
    Show("three"); /* -> three: 1 2 3 */
    DbgPrint("%d\n", RemoveEntryList(&b.Link)); /* -> 0 */
    Show("two"); /* -> two: 1 3 */
    entry = RemoveHeadList(&Head);
    DbgPrint("%d\n", CONTAINING_RECORD(entry, ITEM, Link)->n); /* -> 1 */
    entry = RemoveTailList(&Head);
    DbgPrint("%d %d\n", CONTAINING_RECORD(entry, ITEM, Link)->n, IsListEmpty(&Head)); /* -> 3 1 */
    InitializeListHead(&Other);
    InsertTailList(&Other, &b.Link);
    InsertTailList(&Head, &a.Link);
    AppendTailList(&Head, &Other);
    PushEntryList(&Singles, &a.Single);
    PushEntryList(&Singles, &b.Single);
    DbgPrint("%d\n", CONTAINING_RECORD(PopEntryList(&Singles), ITEM, Single)->n); /* -> 2 */
    KeInitializeSpinLock(&Lock);
    InitializeListHead(&Head);
    ExInterlockedInsertTailList(&Head, &a.Link, &Lock);
    ExInterlockedInsertHeadList(&Head, &c.Link, &Lock);
    Show("locked"); /* -> locked: 3 1 */
    entry = ExInterlockedRemoveHeadList(&Head, &Lock);
    DbgPrint("%d\n", CONTAINING_RECORD(entry, ITEM, Link)->n); /* -> 3 */
    ExInterlockedRemoveHeadList(&Head, &Lock);
    DbgPrint("%d\n", ExInterlockedRemoveHeadList(&Head, &Lock) == NULL); /* -> 1 */
    ExInitializeSListHead(&Slist);
    DbgPrint("%d\n", ExQueryDepthSList(&Slist)); /* -> 0 */
    return STATUS_UNSUCCESSFUL;
}
