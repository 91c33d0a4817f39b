#include "report.h"
/* A backslash joins lines wherever it stands; a condition may be made by macros; a macro's value may be kept. */
#def\
ine ONE 1
#define BOTH (defined(ONE) && !defined(TWO))
#define CHOSEN 5
#pragma push_macro("CHOSEN")
#undef CHOSEN
#define CHOSEN 6
static int sum(int a, int b) { ret\
urn a +\
= b; }
static int before = CHOSEN;
#pragma pop_macro("CHOSEN")
#pragma
#if BOTH
static int after = CHOSEN;
#endif
#if defined(TWO) && (10 / TWO) > 1 || 1 || 1 / 0
static int lazy = __LINE__;
#endif
#if (1 ? -1 : 0u) > 0
static int unsigned_choice = 1;
#endif
int main(void)
{
    REPORT(sum(1\
2, 3)); /\
* a comment *\
/ REPORT(ONE); REPORT(before); REPORT(after); REPORT(lazy); REPORT(unsigned_choice); REPORT(__LINE__);
    REPORT(sizeof "ab\
cd"); // a comment that \
goes on REPORT(99);
    REPORT(__LINE__);
    return 0;
}
