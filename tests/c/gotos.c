#include "report.h"
static int into(int n) { int r = 0; if (n > 5) goto inside; { int k = 3; r += k; inside: k = n; r += k * 10; } return r; }
static int loop(int n) { int s = 0, i; if (n & 1) { i = 2; goto middle; } for (i = 0; i < n; i++) { s += 1; middle: s += i * 10; } return s; }
static int out(int n) { int i, j, k; for (i = 0; i < n; i++) for (j = 0; j < n; j++) { k = 0; while (1) { switch (k++) { case 3: if (i * j == 6) goto found; goto next; default: continue; } } next:; } return -1; found: return i * 100 + j * 10 + k; }
static int back(int n) { int r = 1; again: r *= 2; if (--n) goto again; return r; }
static int state(const char *s) { int words = 0; start: if (!*s) goto done; if (*s == ' ') { s++; goto start; } words++; word: if (*s && *s != ' ') { s++; goto word; } goto start; done: return words; }
static int branches(int n) { if (n) { yes: n += 10; } else { n = 5; goto yes; } return n; } static int cross(int n) { switch (n) { case 0: goto two; case 1: n += 10; break; case 2: two: n += 20; default: n += 40; } return n; }
static int skip(int n) { int r = 0; goto past; { int a[3] = {1, 2, 3}; r = a[1]; past: a[0] = n; r += a[0]; } return r; } static int unused(void) { goto end; label: return 1; end: return 2; goto label; }
static int clean(int n) { int r = 0; if (n == 1) goto fail1; r |= 1; if (n == 2) goto fail2; r |= 2; if (n == 3) goto fail3; return r; fail3: r |= 4; fail2: r |= 8; fail1: r |= 16; return r; }
static int fresh(void) { int n = 0, s = 0; again: { int k = n; k += 5; s = s * 7 + k; } if (++n < 3) goto again; return s; } static int same(int x) { int label = x; label: label += 2; if (label < 10) goto label; return label; }
int main(void)
{
    int i; for (i = 0; i < 9; i++) { REPORT(into(i)); REPORT(loop(i)); REPORT(out(i)); REPORT(back(i + 1)); REPORT(branches(i)); REPORT(cross(i)); REPORT(skip(i)); REPORT(clean(i)); REPORT(same(i)); } REPORT(state("  some words   here ")); REPORT(unused()); REPORT(fresh()); return 0;
}
