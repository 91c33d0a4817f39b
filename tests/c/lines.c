#include "report.h"
#define LINE __LINE__
#define both(a, b) (a) * 1000 + (b)
#define spread(a) a + \
    __LINE__
#define NEXT 70
static int same(const char *a, const char *b) { while (*a && *a == *b) a++, b++; return *a == *b; }
int main(void)
{
    REPORT(__LINE__); REPORT(LINE); REPORT(spread(1));
#line 500
    REPORT(__LINE__);
    REPORT(both(__LINE__,
                LINE));
    REPORT(spread(
        1000));
#line 20 "made/from.y"
    REPORT(same(__FILE__, "made/from.y")); REPORT(__LINE__);

    REPORT(LINE);
#line NEXT
    REPORT(LINE); REPORT(same(__FILE__, "made/from.y"));
#line 9 "an\\other.y"
#if __LINE__ == 9
    REPORT(same(__FILE__, "an\\other.y") + __LINE__);
#endif
# 44 "marker.i"
    REPORT(__LINE__ + same(__FILE__, "marker.i"));
    return 0;
}
