/*
 * background.c - what runs without being asked: a timer for statistics, and a
 * thread for what must not be done at raised IRQL.
 */
#include "lab.h"

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, LabStartThread)
#pragma alloc_text(PAGE, LabStopThread)
#pragma alloc_text(PAGE, LabThread)
#endif

/*
 * With Board->Lock held. The timer is set for one shot and set again by its
 * own DPC: so there is a moment at which the DPC can be told to stop, which a
 * periodic timer does not give.
 */
static VOID
LabSetStatisticsTimer(PLAB_BOARD Board)
{
    LARGE_INTEGER DueTime;

    DueTime.QuadPart = LAB_MILLISECONDS(1000);
    KeSetTimer(&Board->StatisticsTimer, DueTime, &Board->StatisticsDpc);
}

VOID
LabStartStatistics(PLAB_BOARD Board)
{
    KIRQL OldIrql;

    KeAcquireSpinLock(&Board->Lock, &OldIrql);
    Board->StatisticsArmed = TRUE;
    LabSetStatisticsTimer(Board);
    KeReleaseSpinLock(&Board->Lock, OldIrql);
}

/* Synchronized with the ISR, which counts the bytes. */
static BOOLEAN NTAPI
LabSampleRate(PVOID Context)
{
    PLAB_BOARD Board = Context;

    Board->Rate = Board->Bytes - Board->BytesSampled;
    Board->BytesSampled = Board->Bytes;
    return TRUE;
}

/* The CustomTimerDpc. */
VOID NTAPI
LabStatisticsDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    PLAB_BOARD Board = Context;
    BOOLEAN Stop;

    LabSynchronize(Board, LabSampleRate, Board);

    KeAcquireSpinLockAtDpcLevel(&Board->Lock);
    Stop = Board->StatisticsStop;
    if (!Stop) {
        LabSetStatisticsTimer(Board);
    }
    KeReleaseSpinLockFromDpcLevel(&Board->Lock);

    if (Stop) {
        KeSetEvent(&Board->StatisticsStopped, IO_NO_INCREMENT, FALSE);
    }
}

/*
 * Returns when timer and DPC are at rest. Once StatisticsStop is set the
 * timer is set no more, so it is in one of three places: still in the timer
 * queue, expired with its DPC queued, or its DPC runs and will set the event.
 */
VOID
LabStopStatistics(PLAB_BOARD Board)
{
    KIRQL OldIrql;
    BOOLEAN Armed;

    KeAcquireSpinLock(&Board->Lock, &OldIrql);
    Armed = Board->StatisticsArmed;
    Board->StatisticsStop = TRUE;
    KeReleaseSpinLock(&Board->Lock, OldIrql);

    if (!Armed || KeCancelTimer(&Board->StatisticsTimer) || KeRemoveQueueDpc(&Board->StatisticsDpc)) {
        return;
    }
    KeWaitForSingleObject(&Board->StatisticsStopped, Executive, KernelMode, FALSE, NULL);
}

/*
 * The handle is of no use later (another process may be current then), the
 * object is: Unload waits for it.
 */
NTSTATUS
LabStartThread(PLAB_BOARD Board)
{
    HANDLE Handle;
    NTSTATUS Status;

    Status = PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, LabThread, Board);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }

    Status = ObReferenceObjectByHandle(Handle, THREAD_ALL_ACCESS, NULL, KernelMode,
                                       &Board->Thread, NULL);
    ZwClose(Handle);
    if (!NT_SUCCESS(Status)) {
        /* Without the object, the thread's own word is all there is to wait for. */
        Board->Thread = NULL;
        Board->ThreadStop = TRUE;
        KeSetEvent(&Board->ThreadEvent, IO_NO_INCREMENT, FALSE);
        KeWaitForSingleObject(&Board->ThreadEnds, Executive, KernelMode, FALSE, NULL);
    }
    return Status;
}

/* A thread ends itself; all that can be done is to ask, and to wait. */
VOID
LabStopThread(PLAB_BOARD Board)
{
    PAGED_CODE();

    Board->ThreadStop = TRUE;
    KeSetEvent(&Board->ThreadEvent, IO_NO_INCREMENT, FALSE);
    KeWaitForSingleObject(Board->Thread, Executive, KernelMode, FALSE, NULL);
}

/* Synchronized with the ISR. */
static BOOLEAN NTAPI
LabBytesWereLost(PVOID Context)
{
    PLAB_BOARD Board = Context;
    BOOLEAN Lost = Board->Lost != 0;

    Board->Lost = 0;
    return Lost;
}

VOID NTAPI
LabThread(PVOID Context)
{
    PLAB_BOARD Board = Context;

    PAGED_CODE();

    for (;;) {
        KeWaitForSingleObject(&Board->ThreadEvent, Executive, KernelMode, FALSE, NULL);
        if (Board->ThreadStop) {
            break;
        }
        Board->Wakeups++;
        if (LabSynchronize(Board, LabBytesWereLost, Board)) {
            DbgPrint("LAB: bytes came in faster than they were read\n");
        }
    }
    KeSetEvent(&Board->ThreadEnds, IO_NO_INCREMENT, FALSE);
    PsTerminateSystemThread(STATUS_SUCCESS);
}
