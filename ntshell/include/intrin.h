/* Microsoft's intrinsic functions, in C. */
#ifndef _NTSHELL_INTRIN_H
#define _NTSHELL_INTRIN_H

#include <wdm.h>

#define __nop() ((void)0)
#define _mm_pause() ((void)0)
#define _mm_lfence() ((void)0)
#define _mm_sfence() ((void)0)
#define _mm_mfence() ((void)0)
#define __faststorefence() ((void)0)

#define __inbyte(Port) READ_PORT_UCHAR((PUCHAR)(ULONG_PTR)(Port))
#define __inword(Port) READ_PORT_USHORT((PUSHORT)(ULONG_PTR)(Port))
#define __indword(Port) READ_PORT_ULONG((PULONG)(ULONG_PTR)(Port))
#define __outbyte(Port, Value) WRITE_PORT_UCHAR((PUCHAR)(ULONG_PTR)(Port), (UCHAR)(Value))
#define __outword(Port, Value) WRITE_PORT_USHORT((PUSHORT)(ULONG_PTR)(Port), (USHORT)(Value))
#define __outdword(Port, Value) WRITE_PORT_ULONG((PULONG)(ULONG_PTR)(Port), (ULONG)(Value))

FORCEINLINE unsigned short _byteswap_ushort(unsigned short Value)
{
    return RtlUshortByteSwap(Value);
}

FORCEINLINE unsigned long _byteswap_ulong(unsigned long Value)
{
    return RtlUlongByteSwap(Value);
}

FORCEINLINE unsigned __int64 _byteswap_uint64(unsigned __int64 Value)
{
    return RtlUlonglongByteSwap(Value);
}

FORCEINLINE unsigned char _BitScanForward(unsigned long *Index, unsigned long Mask)
{
    unsigned long At = 0;

    if (!Mask) {
        return 0;
    }
    while (!(Mask >> At & 1)) {
        At++;
    }
    *Index = At;
    return 1;
}

FORCEINLINE unsigned char _BitScanReverse(unsigned long *Index, unsigned long Mask)
{
    unsigned long At = 31;

    if (!Mask) {
        return 0;
    }
    while (!(Mask >> At & 1)) {
        At--;
    }
    *Index = At;
    return 1;
}

FORCEINLINE unsigned char _bittest(const long *Base, long Bit)
{
    return (unsigned char)(Base[Bit / 32] >> Bit % 32 & 1);
}

FORCEINLINE unsigned char _bittestandset(long *Base, long Bit)
{
    unsigned char Before = _bittest(Base, Bit);

    Base[Bit / 32] |= 1L << Bit % 32;
    return Before;
}

FORCEINLINE unsigned char _bittestandreset(long *Base, long Bit)
{
    unsigned char Before = _bittest(Base, Bit);

    Base[Bit / 32] &= ~(1L << Bit % 32);
    return Before;
}

FORCEINLINE unsigned __int64 __emulu(unsigned int One, unsigned int Other)
{
    return (unsigned __int64)One * Other;
}

FORCEINLINE __int64 __emul(int One, int Other)
{
    return (__int64)One * Other;
}

#define BitScanForward _BitScanForward
#define BitScanReverse _BitScanReverse
#define BitTest _bittest
#define BitTestAndSet _bittestandset
#define BitTestAndReset _bittestandreset

#endif
