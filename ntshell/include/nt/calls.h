/* Macros over exports.  Included after the exports' prototypes, so that a name may be a macro and an export at once. */
#ifndef _NTSHELL_NT_CALLS_H
#define _NTSHELL_NT_CALLS_H

/* Memory */
#define RtlCopyMemory(to, from, length) memcpy((to), (from), (length))
#define RtlMoveMemory(to, from, length) memmove((to), (from), (length))
#define RtlFillMemory(to, length, fill) memset((to), (fill), (length))
#define RtlZeroMemory(to, length) memset((to), 0, (length))
#define RtlCopyBytes RtlCopyMemory
#define RtlZeroBytes RtlZeroMemory
#define RtlFillBytes RtlFillMemory
#define RtlCopyMemoryNonTemporal RtlCopyMemory
#define RtlSecureZeroMemory(to, length) memset((to), 0, (length))
#define RtlEqualMemory(left, right, length) (!memcmp((left), (right), (length)))
#define RtlInitEmptyUnicodeString(string, buffer, size) \
    ((string)->Length = 0, (string)->MaximumLength = (USHORT)(size), (string)->Buffer = (buffer))
#define RtlInitEmptyAnsiString(string, buffer, size) \
    ((string)->Length = 0, (string)->MaximumLength = (USHORT)(size), (string)->Buffer = (buffer))
#define RtlUnicodeStringToAnsiSize(string) (((string)->Length + sizeof(WCHAR)) / sizeof(WCHAR))
#define RtlAnsiStringToUnicodeSize(string) (((string)->Length + sizeof(CHAR)) * sizeof(WCHAR))
#define RtlRetrieveUlong(to, from) (*(PULONG)(to) = *(PULONG)(from))
#define RtlStoreUlong(to, value) (*(PULONG)(to) = (ULONG)(value))
#define RtlRetrieveUshort(to, from) (*(PUSHORT)(to) = *(PUSHORT)(from))
#define RtlStoreUshort(to, value) (*(PUSHORT)(to) = (USHORT)(value))
#define RtlEqualLuid(left, right) ((left)->LowPart == (right)->LowPart && (left)->HighPart == (right)->HighPart)

/* Interlocked operations on pointers */
#ifdef _WIN64
#define InterlockedExchangePointer(target, value) \
    ((PVOID)InterlockedExchange64((LONG64 volatile *)(target), (LONG64)(value)))
#define InterlockedCompareExchangePointer(target, value, comparand) \
    ((PVOID)InterlockedCompareExchange64((LONG64 volatile *)(target), (LONG64)(value), (LONG64)(comparand)))
#define InterlockedExchangeAddSizeT(target, value) \
    InterlockedExchangeAdd64((LONG64 volatile *)(target), (LONG64)(value))
#define InterlockedIncrementSizeT(target) InterlockedIncrement64((LONG64 volatile *)(target))
#define InterlockedDecrementSizeT(target) InterlockedDecrement64((LONG64 volatile *)(target))
#else
#define InterlockedExchangePointer(target, value) ((PVOID)InterlockedExchange((LONG volatile *)(target), (LONG)(value)))
#define InterlockedCompareExchangePointer(target, value, comparand) \
    ((PVOID)InterlockedCompareExchange((LONG volatile *)(target), (LONG)(value), (LONG)(comparand)))
#define InterlockedExchangeAddSizeT(target, value) InterlockedExchangeAdd((LONG volatile *)(target), (LONG)(value))
#define InterlockedIncrementSizeT(target) InterlockedIncrement((LONG volatile *)(target))
#define InterlockedDecrementSizeT(target) InterlockedDecrement((LONG volatile *)(target))
#endif
#define _InterlockedIncrement InterlockedIncrement
#define _InterlockedDecrement InterlockedDecrement
#define _InterlockedExchange InterlockedExchange
#define _InterlockedCompareExchange InterlockedCompareExchange
#define _InterlockedExchangeAdd InterlockedExchangeAdd
#define _InterlockedOr InterlockedOr
#define _InterlockedAnd InterlockedAnd

/* I/O */
#define IoCallDriver(device, irp) IofCallDriver((device), (irp))
#define IoCompleteRequest(irp, boost) IofCompleteRequest((irp), (boost))
#define IoSetCancelRoutine(irp, routine) \
    ((PDRIVER_CANCEL)(ULONG_PTR)InterlockedExchangePointer(&(irp)->CancelRoutine, (ULONG_PTR)(routine)))
#define IoInitializeDpcRequest(device, routine) \
    (KeInitializeDpc(&(device)->Dpc, (PKDEFERRED_ROUTINE)(routine), (device)))
#define IoRequestDpc(device, irp, context) (KeInsertQueueDpc(&(device)->Dpc, (irp), (context)))
#define IoIsErrorUserInduced(status) \
    ((BOOLEAN)(((status) == STATUS_DEVICE_NOT_READY) || ((status) == STATUS_IO_TIMEOUT) || \
               ((status) == STATUS_MEDIA_WRITE_PROTECTED) || ((status) == STATUS_NO_MEDIA_IN_DEVICE) || \
               ((status) == STATUS_VERIFY_REQUIRED) || ((status) == STATUS_UNRECOGNIZED_MEDIA) || \
               ((status) == STATUS_WRONG_VOLUME)))
#define IoInitializeRemoveLock(lock, tag, minutes, high) \
    IoInitializeRemoveLockEx((lock), (tag), (minutes), (high), sizeof(IO_REMOVE_LOCK))
#define IoAcquireRemoveLock(lock, tag) \
    IoAcquireRemoveLockEx((lock), (tag), __FILE__, __LINE__, sizeof(IO_REMOVE_LOCK))
#define IoReleaseRemoveLock(lock, tag) IoReleaseRemoveLockEx((lock), (tag), sizeof(IO_REMOVE_LOCK))
#define IoReleaseRemoveLockAndWait(lock, tag) IoReleaseRemoveLockAndWaitEx((lock), (tag), sizeof(IO_REMOVE_LOCK))
#define IoAdjustPagingPathCount(count, paging) \
    ((paging) ? InterlockedIncrement((count)) : InterlockedDecrement((count)))

/* Executive, objects, processes */
#define ExAllocatePool(type, size) ExAllocatePoolWithTag((type), (size), ' kdD')
#define ExAllocatePoolWithQuota(type, size) ExAllocatePoolWithQuotaTag((type), (size), ' kdD')
#define ExInitializeFastMutex(mutex) \
    ((mutex)->Count = 1, (mutex)->Owner = NULL, (mutex)->Contention = 0, \
     KeInitializeEvent(&(mutex)->Event, SynchronizationEvent, FALSE))
#define ExInitializeWorkItem(item, routine, context) \
    ((item)->WorkerRoutine = (routine), (item)->Parameter = (context), (item)->List.Flink = NULL)
#define ExInitializeResource ExInitializeResourceLite
#define ExAcquireResourceExclusive ExAcquireResourceExclusiveLite
#define ExAcquireResourceShared ExAcquireResourceSharedLite
#define ExReleaseResource(resource) ExReleaseResourceLite((resource))
#define ExDeleteResource ExDeleteResourceLite
#define ExConvertExclusiveToShared ExConvertExclusiveToSharedLite
#define ExIsResourceAcquiredExclusive ExIsResourceAcquiredExclusiveLite
#define ExIsResourceAcquiredShared ExIsResourceAcquiredSharedLite
#define ExIsResourceAcquired ExIsResourceAcquiredSharedLite
#define ExGetCurrentResourceThread() ((ERESOURCE_THREAD)PsGetCurrentThread())
#define ExInitializeDriverRuntime(flags) ((void)0)
#define DrvRtPoolNxOptIn 0x00000001
#define ObReferenceObject(object) ObfReferenceObject((object))
#define ObDereferenceObject(object) ObfDereferenceObject((object))
#define PsGetCurrentProcess() IoGetCurrentProcess()
#define PsGetCurrentThread() ((PETHREAD)KeGetCurrentThread())

/* Kernel */
#define KeWaitForMutexObject KeWaitForSingleObject
#define KeFlushIoBuffers(mdl, read, dma) ((void)0)
#define KeMemoryBarrier() ((void)0)
#define KeMemoryBarrierWithoutFence() ((void)0)
#define MemoryBarrier() ((void)0)
#define _ReadWriteBarrier() ((void)0)
#define YieldProcessor() ((void)0)
#define KeInitializeCallbackRecord(record) ((record)->State = BufferEmpty)

/* Memory manager */
#define MmGetSystemAddressForMdl(mdl) \
    (((mdl)->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) \
         ? ((mdl)->MappedSystemVa) \
         : (MmMapLockedPages((mdl), KernelMode)))
#define MmGetSystemAddressForMdlSafe(mdl, priority) \
    (((mdl)->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) \
         ? ((mdl)->MappedSystemVa) \
         : (MmMapLockedPagesSpecifyCache((mdl), KernelMode, MmCached, NULL, FALSE, (priority))))

/* Debugging */
#define DbgUserBreakPoint DbgBreakPoint
#if DBG
#define KdPrint(arguments) DbgPrint arguments
#define KdPrintEx(arguments) DbgPrintEx arguments
#define vKdPrintEx(arguments) vDbgPrintEx arguments
#define KdBreakPoint() DbgBreakPoint()
#define ASSERT(e) ((!(e)) ? (RtlAssert(#e, __FILE__, __LINE__, NULL), FALSE) : TRUE)
#define ASSERTMSG(message, e) ((!(e)) ? (RtlAssert(#e, __FILE__, __LINE__, (message)), FALSE) : TRUE)
#define RTL_VERIFY(e) ASSERT(e)
#define PAGED_CODE() { ASSERT(KeGetCurrentIrql() <= APC_LEVEL); }
#else
#define KdPrint(arguments)
#define KdPrintEx(arguments)
#define vKdPrintEx(arguments)
#define KdBreakPoint()
#define ASSERT(e) ((void)0)
#define ASSERTMSG(message, e) ((void)0)
#define RTL_VERIFY(e) ((e) ? TRUE : FALSE)
#define PAGED_CODE()
#endif
#define NT_ASSERT(e) ASSERT(e)
#define NT_ASSERTMSG(message, e) ASSERTMSG(message, e)
#define NT_VERIFY(e) RTL_VERIFY(e)
#define NT_ANALYSIS_ASSUME(e) ((void)0)
#define RTL_SOFT_ASSERT(e) ((void)0)
#define RTL_ASSERT(e) ASSERT(e)
#define PAGED_ASSERT(e) ASSERT(e)
#define PAGED_CODE_LOCKED() ((void)0)

#define RtlInterlockedSetBits(Flags, Bits) InterlockedOr((PLONG)(Flags), (LONG)(Bits))
#define RtlInterlockedAndBits(Flags, Bits) InterlockedAnd((PLONG)(Flags), (LONG)(Bits))
#define RtlInterlockedClearBits(Flags, Bits) RtlInterlockedAndBits((Flags), ~(Bits))
#define RtlInterlockedXorBits(Flags, Bits) InterlockedXor((PLONG)(Flags), (LONG)(Bits))
#define RtlInterlockedSetBitsDiscardReturn(Flags, Bits) ((void)RtlInterlockedSetBits((Flags), (Bits)))
#define RtlInterlockedAndBitsDiscardReturn(Flags, Bits) ((void)RtlInterlockedAndBits((Flags), (Bits)))
#define RtlInterlockedClearBitsDiscardReturn(Flags, Bits) ((void)RtlInterlockedClearBits((Flags), (Bits)))
#define ExIsResourceAcquiredLite ExIsResourceAcquiredSharedLite
#define KdBreakPointWithStatus(Status) DbgBreakPointWithStatus(Status)
#define NT_VERIFYMSG(message, e) RTL_VERIFY(e)
#define RTL_SOFT_ASSERTMSG(message, e) ((void)0)
#define RTL_SOFT_VERIFY(e) ((e) ? TRUE : FALSE)
#define RTL_VERIFYMSG(message, e) RTL_VERIFY(e)

#endif
