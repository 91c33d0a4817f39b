/*
 * Strings with a limit: RtlStringCb... (sizes in bytes) and RtlStringCch... (in characters), A and W.
 *
 * A result that does not fit is cut, terminated, and STATUS_BUFFER_OVERFLOW; a size of zero, or beyond
 * NTSTRSAFE_MAX_CCH characters, is STATUS_INVALID_PARAMETER. They run as part of the driver, as in the kit.
 */
#ifndef _NTSTRSAFE_H_INCLUDED_
#define _NTSTRSAFE_H_INCLUDED_

#include <ntdef.h>
#include <ntstatus.h>
#include <stdarg.h>
#include <stdio.h>

#define NTSTRSAFE_MAX_CCH 2147483647
#define NTSTRSAFE_UNICODE_STRING_MAX_CCH (0xffff / sizeof(WCHAR))
#define NTSTRSAFEDDI FORCEINLINE NTSTATUS

typedef char *NTSTRSAFE_PSTR;
typedef const char *NTSTRSAFE_PCSTR;
typedef wchar_t *NTSTRSAFE_PWSTR;
typedef const wchar_t *NTSTRSAFE_PCWSTR;

/* All of one character type: S is the suffix, CHAR_TYPE the character, PRINT its _vsnprintf. */
#define _NTSTRSAFE_ROUTINES(S, CHAR_TYPE, PRINT) \
NTSTRSAFEDDI RtlStringCchLength##S(const CHAR_TYPE *psz, size_t cchMax, size_t *pcchLength) \
{ \
    size_t Count = 0; \
    if (psz == NULL || cchMax > NTSTRSAFE_MAX_CCH) { \
        if (pcchLength != NULL) *pcchLength = 0; \
        return STATUS_INVALID_PARAMETER; \
    } \
    while (Count < cchMax && psz[Count] != 0) Count++; \
    if (pcchLength != NULL) *pcchLength = Count < cchMax ? Count : 0; \
    return Count < cchMax ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER; \
} \
NTSTRSAFEDDI RtlStringCbLength##S(const CHAR_TYPE *psz, size_t cbMax, size_t *pcbLength) \
{ \
    NTSTATUS Status = RtlStringCchLength##S(psz, cbMax / sizeof(CHAR_TYPE), pcbLength); \
    if (pcbLength != NULL) *pcbLength *= sizeof(CHAR_TYPE); \
    return Status; \
} \
NTSTRSAFEDDI RtlStringCchCopyN##S(CHAR_TYPE *pszDest, size_t cchDest, const CHAR_TYPE *pszSrc, size_t cchToCopy) \
{ \
    size_t Count = 0; \
    if (cchDest == 0 || cchDest > NTSTRSAFE_MAX_CCH) return STATUS_INVALID_PARAMETER; \
    while (Count < cchDest - 1 && Count < cchToCopy && pszSrc[Count] != 0) { \
        pszDest[Count] = pszSrc[Count]; \
        Count++; \
    } \
    pszDest[Count] = 0; \
    return Count < cchToCopy && pszSrc[Count] != 0 ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS; \
} \
NTSTRSAFEDDI RtlStringCbCopyN##S(CHAR_TYPE *pszDest, size_t cbDest, const CHAR_TYPE *pszSrc, size_t cbToCopy) \
{ \
    return RtlStringCchCopyN##S(pszDest, cbDest / sizeof(CHAR_TYPE), pszSrc, cbToCopy / sizeof(CHAR_TYPE)); \
} \
NTSTRSAFEDDI RtlStringCchCopy##S(CHAR_TYPE *pszDest, size_t cchDest, const CHAR_TYPE *pszSrc) \
{ \
    return RtlStringCchCopyN##S(pszDest, cchDest, pszSrc, NTSTRSAFE_MAX_CCH); \
} \
NTSTRSAFEDDI RtlStringCbCopy##S(CHAR_TYPE *pszDest, size_t cbDest, const CHAR_TYPE *pszSrc) \
{ \
    return RtlStringCchCopyN##S(pszDest, cbDest / sizeof(CHAR_TYPE), pszSrc, NTSTRSAFE_MAX_CCH); \
} \
NTSTRSAFEDDI RtlStringCchCatN##S(CHAR_TYPE *pszDest, size_t cchDest, const CHAR_TYPE *pszSrc, size_t cchToAppend) \
{ \
    size_t Length; \
    NTSTATUS Status = RtlStringCchLength##S(pszDest, cchDest, &Length); \
    if (Status != STATUS_SUCCESS) return Status; \
    return RtlStringCchCopyN##S(pszDest + Length, cchDest - Length, pszSrc, cchToAppend); \
} \
NTSTRSAFEDDI RtlStringCbCatN##S(CHAR_TYPE *pszDest, size_t cbDest, const CHAR_TYPE *pszSrc, size_t cbToAppend) \
{ \
    return RtlStringCchCatN##S(pszDest, cbDest / sizeof(CHAR_TYPE), pszSrc, cbToAppend / sizeof(CHAR_TYPE)); \
} \
NTSTRSAFEDDI RtlStringCchCat##S(CHAR_TYPE *pszDest, size_t cchDest, const CHAR_TYPE *pszSrc) \
{ \
    return RtlStringCchCatN##S(pszDest, cchDest, pszSrc, NTSTRSAFE_MAX_CCH); \
} \
NTSTRSAFEDDI RtlStringCbCat##S(CHAR_TYPE *pszDest, size_t cbDest, const CHAR_TYPE *pszSrc) \
{ \
    return RtlStringCchCatN##S(pszDest, cbDest / sizeof(CHAR_TYPE), pszSrc, NTSTRSAFE_MAX_CCH); \
} \
NTSTRSAFEDDI RtlStringCchVPrintf##S(CHAR_TYPE *pszDest, size_t cchDest, const CHAR_TYPE *pszFormat, va_list argList) \
{ \
    int Count; \
    if (cchDest == 0 || cchDest > NTSTRSAFE_MAX_CCH) return STATUS_INVALID_PARAMETER; \
    Count = PRINT(pszDest, cchDest - 1, pszFormat, argList); \
    if (Count < 0 || (size_t)Count >= cchDest) { \
        pszDest[cchDest - 1] = 0; \
        return STATUS_BUFFER_OVERFLOW; \
    } \
    pszDest[Count] = 0; \
    return STATUS_SUCCESS; \
} \
NTSTRSAFEDDI RtlStringCbVPrintf##S(CHAR_TYPE *pszDest, size_t cbDest, const CHAR_TYPE *pszFormat, va_list argList) \
{ \
    return RtlStringCchVPrintf##S(pszDest, cbDest / sizeof(CHAR_TYPE), pszFormat, argList); \
} \
NTSTRSAFEDDI RtlStringCchPrintf##S(CHAR_TYPE *pszDest, size_t cchDest, const CHAR_TYPE *pszFormat, ...) \
{ \
    NTSTATUS Status; \
    va_list List; \
    va_start(List, pszFormat); \
    Status = RtlStringCchVPrintf##S(pszDest, cchDest, pszFormat, List); \
    va_end(List); \
    return Status; \
} \
NTSTRSAFEDDI RtlStringCbPrintf##S(CHAR_TYPE *pszDest, size_t cbDest, const CHAR_TYPE *pszFormat, ...) \
{ \
    NTSTATUS Status; \
    va_list List; \
    va_start(List, pszFormat); \
    Status = RtlStringCchVPrintf##S(pszDest, cbDest / sizeof(CHAR_TYPE), pszFormat, List); \
    va_end(List); \
    return Status; \
}

_NTSTRSAFE_ROUTINES(A, char, _vsnprintf)
_NTSTRSAFE_ROUTINES(W, wchar_t, _vsnwprintf)

/* A counted string: what is printed needs no terminating zero, so the whole buffer may be used. */
NTSTRSAFEDDI RtlUnicodeStringPrintf(PUNICODE_STRING DestinationString, const wchar_t *pszFormat, ...)
{
    size_t Room = DestinationString->MaximumLength / sizeof(WCHAR);
    va_list List;
    int Count;

    va_start(List, pszFormat);
    Count = _vsnwprintf(DestinationString->Buffer, Room, pszFormat, List);
    va_end(List);
    if (Count < 0 || (size_t)Count > Room) {
        DestinationString->Length = (USHORT)(Room * sizeof(WCHAR));
        return STATUS_BUFFER_OVERFLOW;
    }
    DestinationString->Length = (USHORT)(Count * sizeof(WCHAR));
    return STATUS_SUCCESS;
}

#endif
