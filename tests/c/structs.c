#include "report.h"
typedef struct _POINT { int x, y; } POINT;
typedef struct { char tag; POINT at; double weight; short list[3]; } BIG;
typedef union { long long all; struct { unsigned low; int high; } part; unsigned char bytes[8]; } LARGE;
typedef struct { union { int a; float f; }; struct { short p, q; }; int tail[1]; } MIXED;
static POINT move(POINT p, int dx) { p.x += dx; p.y -= dx; return p; }
static BIG fill(char tag, POINT at) { BIG b; b.tag = tag; b.at = at; b.weight = at.x * 0.5; b.list[0] = 1; b.list[1] = -2; b.list[2] = tag; return b; }
static int weigh(BIG b) { b.at.x += 100; return b.tag + b.at.x + b.at.y + (int)(b.weight * 2) + b.list[0] + b.list[1] + b.list[2]; }
static LARGE large(long long v) { LARGE l; l.all = v; return l; }
static long long sum(LARGE a, LARGE b) { return a.all + b.all; }
static BIG global = {'g', {1, 2}, 3.5, {4, 5}};
static POINT points[3] = {{1, 2}, {3, 4}, {5, 6}};
int main(void)
{
    POINT p = {3, 4}, q, *r = &q;
    BIG b, c;
    LARGE l;
    MIXED m;
    q = move(p, 10); REPORT(p.x); REPORT(q.x); REPORT(r->y); REPORT(move(*r, 1).x); REPORT(move(move(p, 1), 2).y);
    b = fill('z', q); c = b; c.at.x = 77; REPORT(b.at.x); REPORT(c.at.x); REPORT(weigh(b)); REPORT(weigh(fill(1, p))); REPORT(b.list[2]);
    REPORT(global.tag + global.at.y + (int)(global.weight * 2) + global.list[1] + global.list[2]);
    l = large(0x123456789abcdef0LL); REPORT(l.part.low); REPORT(l.part.high); REPORT(l.bytes[3]); REPORT(sum(l, large(16)));
    REPORT(large(-1).part.high); l.bytes[7] = 0xff; REPORT(l.all);
    m.a = 0x3f800000; REPORT((int)(m.f * 4)); m.p = 5; m.q = -6; REPORT(m.p * m.q); m.tail[0] = 9; REPORT(m.tail[0]);
    REPORT(points[2].y); r = points + 1; REPORT(r[-1].x); REPORT((++r)->y); REPORT(r - points); REPORT((*--r).x);
    r = &points[0]; *r++ = q; REPORT(points[0].y); REPORT(r->x); REPORT(sizeof(BIG)); REPORT(sizeof(MIXED)); REPORT(sizeof points);
    REPORT((p.x > 1 ? p : q).y); p = q = points[2]; REPORT(p.x);
    REPORT(((POINT){7, 8}).y); r = (POINT[]){{1, 1}, {2, 9}}; REPORT(r[1].y); r = &(POINT){.y = 4}; REPORT(r->x + r->y);
    return 0;
}
