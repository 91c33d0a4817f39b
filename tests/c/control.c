#include "report.h"
static int collatz(unsigned n) { int k = 0; while (n != 1) { n = n & 1 ? 3 * n + 1 : n / 2; k++; } return k; }
static int classify(int c)
{
    switch (c) {
    case 0: return 10;
    case 1:
    case 2: c += 5; /* falls through */
    case 3: c *= 2; break;
    default: return -1;
    case -4: { int k = 3; return k; }
    }
    return c;
}
static int duff(char *to, const char *from, int count)
{
    int n = (count + 3) / 4, rounds = 0;
    switch (count % 4) {
    case 0: do { *to++ = *from++; rounds++;
    case 3:      *to++ = *from++;
    case 2:      *to++ = *from++;
    case 1:      *to++ = *from++;
            } while (--n > 0);
    }
    return rounds;
}
static int jumps(int n)
{
    int i = 0, s = 0;
again:
    for (; i < n; i++) {
        int j;
        for (j = 0; ; j++) {
            if (j == 3) break;
            if ((i + j) % 2) continue;
            s += i * j;
            if (s > 1000) goto out;
        }
        if (i == 4) { i += 2; goto again; }
    }
out:
    return s;
}
static int calls;
static int yes(void) { calls++; return 1; }
static int no(void) { calls += 10; return 0; }
static int logic(int x)
{
    int r = 0;
    if (yes() && no()) r = 1; else r = 2;
    if (no() || yes() && x) r += 4;
    r += (x ? yes() : no()) * 8;
    r += 16 * (yes() && (x || no()));
    while (calls < 100 && yes()) ;
    do r++; while (no());
    return r + calls * 1000;
}
int main(void)
{
    char buffer[16] = {0};
    int i;
    REPORT(collatz(27)); REPORT(collatz(97));
    for (i = -5; i < 5; i++) REPORT(classify(i));
    for (i = 1; i < 12; i++) { REPORT(duff(buffer, "abcdefghijklmno", i)); REPORT(buffer[i - 1]); REPORT(buffer[i]); }
    REPORT(jumps(3)); REPORT(jumps(9)); REPORT(jumps(100));
    REPORT(logic(0)); REPORT(logic(1));
    switch (3LL) { case 3: REPORT(33); }
    switch (i) { default: REPORT(44); case 99: REPORT(55); }
    for (;;) { if (i++ > 20) break; }
    REPORT(i);
    { int k = 0; k = i > 3 ? k = 7, k + 1 : (k = 9); REPORT(k); i && (k = 12); REPORT(k); i || (k = 13); REPORT(k); }
    return 0;
}
