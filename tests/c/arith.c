#include "report.h"
static int ia = 2147483647, ib = -7, ic = 3;
static unsigned ua = 4000000000u, ub = 7;
static short sa = -32768;
static unsigned short usa = 65535;
static signed char ca = -128;
static unsigned char uca = 255;
static long long la = 0x7fffffffffffffffLL, lb = -5;
static unsigned long long ula = 0xffffffffffffffffULL;

int main(void)
{
    int i = ia, j;
    unsigned u;
    REPORT(ia + 1); REPORT(ib / ic); REPORT(ib % ic); REPORT(-ib / ic); REPORT(ib * ia);
    REPORT(ua + ua); REPORT(ua * ub); REPORT(ua - ub - ua); REPORT(ua / ub); REPORT(ua % ub);
    REPORT(ib + ub); REPORT(ib < ub); REPORT(ib > ub); REPORT((unsigned)ib); REPORT(-ub);
    REPORT(sa - 1); REPORT((short)(sa - 1)); REPORT(usa + 1); REPORT((unsigned short)(usa + 1));
    REPORT((signed char)(ca - 1)); REPORT(uca << 4); REPORT((unsigned char)(uca << 4));
    REPORT(ca >> 2); REPORT(uca >> 2); REPORT(ib >> 1); REPORT(ua >> 4); REPORT(1u << 31); REPORT(1 << ic);
    REPORT(~ic); REPORT(~ub); REPORT(~uca); REPORT(!ic); REPORT(!!ib); REPORT(-(-2147483647 - 1));
    REPORT(ia & ib); REPORT(ia | ib); REPORT(ia ^ ib); REPORT(ua & 0xff); REPORT(ib & 0xff00);
    REPORT(la + 1); REPORT(la * lb); REPORT(lb / 2); REPORT(lb % 2); REPORT(lb >> 1); REPORT(ula >> 60);
    REPORT(ula + 1); REPORT(ula / 3); REPORT(lb < ula); REPORT(ib < la); REPORT(ua > la);
    REPORT((long long)ua * ua); REPORT((long long)ib * ia); REPORT((int)la); REPORT((unsigned)lb);
    i += 1; REPORT(i); i = 5; i -= 10; REPORT(i); i *= -3; REPORT(i); i /= 2; REPORT(i); i %= 4; REPORT(i);
    i <<= 5; REPORT(i); i >>= 2; REPORT(i); i |= 0x81; REPORT(i); i &= 0x7f; REPORT(i); i ^= -1; REPORT(i);
    uca += 3; REPORT(uca); sa -= 1; REPORT(sa); ca *= 3; REPORT(ca); uca = 200; uca <<= 1; REPORT(uca);
    i = 7; j = i++ + ++i; REPORT(i); j = i--; REPORT(j); REPORT(i); u = 0; u--; REPORT(u); REPORT(u + 1);
    i = 2147483647; i++; REPORT(i); i--; REPORT(i);
    REPORT((1, 2, i = 9, i + 1)); REPORT(i > 8 ? 100 : 200); REPORT(i < 8 ? 100u : -200);
    REPORT(ib < 0 && ua > 0); REPORT(0 || ub); REPORT(sizeof(int) + sizeof(char) * 3); REPORT(sizeof i++); REPORT(i);
    REPORT('a' + 1); REPORT('\377'); REPORT('\x80' < 0); REPORT("\xff"[0]); REPORT('ab'); REPORT(L'\xabcd');
    REPORT(010 + 0x10 + 10); REPORT(0xffffffff); REPORT(2147483648u); REPORT(0x80000000 >> 31); REPORT(1 - 2u > 0);
    return 0;
}
