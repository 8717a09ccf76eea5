/* What reports of coverage say, of any number of tests: counts by source, added up. */
#ifndef RECORDS_H
#define RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum kind { FUNCTION_LINE, FUNCTION_COUNT, BRANCH, LINE };

/* One count. Two whose fields other than the count are the same are one, of the sum. */
struct record {
    const char *source;
    enum kind kind;
    unsigned long line;        /* none of FUNCTION_COUNT */
    unsigned long block;       /* of BRANCH alone */
    const char *name;          /* of a function, and a branch's number in its block */
    unsigned long long count;  /* none of FUNCTION_LINE */
    bool unreached;            /* of BRANCH: the code before it was not run, which is another thing than 0 */
};

struct records {
    struct record *items;
    size_t count, capacity;
};

/* Ends the program, with a message for who reads the log of a test or of a build. */
void fail(const char *path, const char *what);

/* A copy that stays. */
char *keep(const char *text);

/* realloc, which fails. */
void *allocate(void *old, size_t size);

void add_record(struct records *records, struct record record);

/* Adds up what is of the same place, and writes all in LCOV's format. Returns the number of lines of code in it. */
unsigned long write_records(struct records *records, FILE *output);

#endif
