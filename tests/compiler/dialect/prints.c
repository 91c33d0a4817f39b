/* The format set of DbgPrint; KdPrint says nothing unless DBG is defined. */
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;

#if DBG
#error DBG is on
#endif

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING Wide = RTL_CONSTANT_STRING(L"wide");
    ANSI_STRING Narrow = RTL_CONSTANT_STRING("narrow");
    LARGE_INTEGER Large;

    Large.QuadPart = 0x123456789A;
    KdPrint(("not said %d\n", 1));
    KdPrintEx((DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, "nor this\n"));
    KdBreakPoint();
    DbgPrint("%d %i %u %x %X %o\n", -1, -1, 2, 255, 255, 8);                   /* -> -1 -1 2 ff FF 10 */
    DbgPrint("[%5d] [%-5d] [%05d] [%+d] [% d]\n", 42, 42, 42, 42, 42);         /* -> [   42] [42   ] [00042] [+42] [ 42] */
    DbgPrint("%#x %08lX %.3d %ld %lu %hd\n", 255, 0xBEEF, 5, -3L, 3UL, 4);     /* -> 0xff 0000BEEF 005 -3 3 4 */
    DbgPrint("%I64x %I64d %I64u %lld %llx\n", Large.QuadPart, -5i64, 6ui64, -7LL, 8ULL); /* -> 123456789a -5 6 -7 8 */
    DbgPrint("%I32d %Iu\n", -9, (SIZE_T)9);                                    /* -> -9 9 */
    DbgPrint("%wZ %Z %hZ\n", &Wide, &Narrow, &Narrow);                         /* -> wide narrow narrow */
    DbgPrint("%s %S %ws %ls %hs\n", "a", L"b", L"c", L"d", "e");               /* -> a b c d e */
    DbgPrint("%c%C%lc%hc%%\n", 'H', L'i', L'j', 'k');                          /* -> Hijk% */
    DbgPrint("[%*.*s] [%-*s] [%.*s]\n", 5, 2, "abc", 4, "x", 1, "yz");         /* -> [   ab] [x   ] [y] */
    DbgPrint("[%8wZ] [%-6wZ] [%.2wZ]\n", &Wide, &Wide, &Wide);                 /* -> [    wide] [wide  ] [wi] */
    DbgPrint("%s %wZ\n", NULL, NULL);                                          /* -> (null) (null) */
    DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, "ex %d\n", 1);         /* -> ex 1 */
    return STATUS_UNSUCCESSFUL;
}
