#include "report.h"
static char joined[] = "one" " " "two" "\x41" "B\0" "C", exact[3] = "abc", longer[6] = "ab", empty[] = "", tri[] = "a\
b"; static unsigned short wide[] = L"ab" L"c\x263a" L"", mixed[] = L"x" "y"; static const char *many[] = {"a" "b", "c"
    "d", "" "" "e"}; static unsigned char bytes[] = "\xff\200\n\t\\\"\'\?\a\b\f\r\v\1234"; static const unsigned short *pw = L"pointed"; static char braced[] = {"brace"}, grid[][3] = {"ab", "c", "def"};
#define NAME "mac" "ro"
#define TEXT(s) L##s
static int length(const char *s) { int n = 0; while (s[n]) n++; return n; } static int wlength(const unsigned short *s) { int n = 0; while (*s++) n++; return n; } static int hash(const char *s, int n) { int h = 7; while (n--) h = h * 31 + *s++; return h; }
int main(void)
{
    char local[] = "lo" "cal", part[10] = "part", *p = "ptr" + 1; unsigned short wl[] = L"wide", wp[8] = L"w"; int i;
    REPORT(sizeof joined); REPORT(hash(joined, sizeof joined)); REPORT(hash(exact, 3)); REPORT(sizeof exact); REPORT(hash(longer, 6)); REPORT(sizeof empty); REPORT(hash(tri, sizeof tri)); REPORT(sizeof wide); REPORT(wide[3]); REPORT(wide[4]); REPORT(sizeof mixed); REPORT(mixed[1]); for (i = 0; i < 3; i++) REPORT(hash(many[i], length(many[i])));
    for (i = 0; i < sizeof bytes; i++) REPORT(bytes[i]); REPORT(wlength(pw)); REPORT(sizeof braced); REPORT(hash(grid[0], 9)); REPORT(sizeof grid); REPORT(sizeof NAME); REPORT(TEXT("q")[0]); REPORT(sizeof(TEXT("four"))); REPORT(length(local)); REPORT(hash(part, 10)); REPORT(*p); REPORT(wl[3]); REPORT(sizeof wl); REPORT(wp[1] + wp[7]); local[0] = 'L'; REPORT(local[0]);
    REPORT('ab'); REPORT('abc'); REPORT('abcd'); REPORT('\0a'); REPORT('\377'); REPORT('\xff'); REPORT(L'\xff'); REPORT(L'\xffff'); REPORT(L'a'); REPORT(sizeof 'a'); REPORT(sizeof L'a'); REPORT('\''); REPORT('"'); REPORT('\\'); REPORT('\0'); REPORT('\12'); REPORT('\x7'); REPORT('Ddk1'); REPORT(L'\xffff' + 1); REPORT("\xff"[0] == '\xff'); REPORT((unsigned char)'\xff'); REPORT('\377' < 0);
    REPORT("abc"[2]); REPORT(*("abc" + 1)); REPORT(1["abc"]); REPORT(sizeof "abc"); REPORT(sizeof L"abc"); REPORT(sizeof("a" "b")); REPORT(length("a\0b")); REPORT(length("\\n")); REPORT(length("a" "\0" "b")); REPORT("\1" "2"[1]); REPORT(("\x1" "b")[1]); REPORT(length(__func__)); REPORT(__func__[0]); REPORT(sizeof __func__); REPORT(&"abc"[1] != 0); REPORT(sizeof(*"abc")); REPORT(sizeof(&"abc") == sizeof(char *)); return 0;
}
