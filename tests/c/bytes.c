#include "report.h"
/* Initial values whose bytes spell what generated code might take for its own. */
struct label { char name[8]; int value; };
static void told(const char *p, int n) { while (n--) REPORT(*p++); }
int frame = 5, call = 6;
int main(void)
{
    char spaces[12] = "NO NAME    ", mail[] = "user@host@dom", marks[] = "@call:main@ @two:main@ @=frame@";
    struct label fat = {"FAT     ", 7};
    int words[2] = {0x20202020, 5};
    unsigned char mac[6] = {0x40, 0x41, 0x40, 1, 2, 3};
    double numbers[2] = {65.0, 97.0};
    char quotes[] = "'\"\\ \\@x@ {} {0} %s", tail[3][4] = {"a", "@@@", "    "};
    int *p = &frame;

    told(spaces, sizeof spaces); told(mail, sizeof mail); told(marks, sizeof marks); told(fat.name, 8); REPORT(fat.value);
    REPORT(words[0]); REPORT(words[1]); told((char *)mac, 6); REPORT(numbers[0] + numbers[1]);
    told(quotes, sizeof quotes); told(tail[0], sizeof tail);
    *p += call; REPORT(frame); REPORT(*p);
    return 0;
}
