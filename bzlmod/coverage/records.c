#include "records.h"

#include <stdlib.h>
#include <string.h>

void fail(const char *path, const char *what) {
    fprintf(stderr, "coverage_report: %s: %s\n", path, what);
    exit(1);
}

void *allocate(void *old, size_t size) {
    void *memory = realloc(old, size);
    if (!memory) fail("realloc", "out of memory");
    return memory;
}

char *keep(const char *text) {
    return strcpy(allocate(NULL, strlen(text) + 1), text);
}

void add_record(struct records *records, struct record record) {
    if (records->count == records->capacity) {
        records->capacity = records->capacity * 2 + 256;
        records->items = allocate(records->items, records->capacity * sizeof *records->items);
    }
    records->items[records->count++] = record;
}

static int compare_numbers(unsigned long left, unsigned long right) {
    return (left > right) - (left < right);
}

static int compare(const void *left, const void *right) {
    const struct record *one = left, *other = right;
    int order = strcmp(one->source, other->source);
    if (!order) order = (int)one->kind - (int)other->kind;
    if (!order) order = compare_numbers(one->line, other->line);
    if (!order) order = compare_numbers(one->block, other->block);
    /* Of branches, numbers: the shorter one is the smaller. */
    if (!order && one->kind == BRANCH) order = compare_numbers(strlen(one->name), strlen(other->name));
    return order ? order : strcmp(one->name, other->name);
}

/* Makes one of each run of records of the same place. */
static void add_up(struct records *records) {
    qsort(records->items, records->count, sizeof *records->items, compare);
    size_t kept = 0;
    for (size_t i = 0; i < records->count; i++) {
        struct record *last = kept ? &records->items[kept - 1] : NULL, *next = &records->items[i];
        if (!last || compare(last, next)) {
            records->items[kept++] = *next;
            continue;
        }
        unsigned long long sum = last->count + next->count;
        last->count = sum < last->count ? ~0ull : sum;
        last->unreached = last->unreached && next->unreached;
    }
    records->count = kept;
}

static void write_record(const struct record *record, FILE *output) {
    switch (record->kind) {
        case FUNCTION_LINE: fprintf(output, "FN:%lu,%s\n", record->line, record->name); break;
        case FUNCTION_COUNT: fprintf(output, "FNDA:%llu,%s\n", record->count, record->name); break;
        case LINE: fprintf(output, "DA:%lu,%llu\n", record->line, record->count); break;
        case BRANCH:
            fprintf(output, "BRDA:%lu,%lu,%s,", record->line, record->block, record->name);
            if (record->unreached) fputs("-\n", output);
            else fprintf(output, "%llu\n", record->count);
    }
}

unsigned long write_records(struct records *records, FILE *output) {
    static const struct {
        enum kind kind;
        const char *found, *hit;
    } sums[] = {{FUNCTION_COUNT, "FNF", "FNH"}, {BRANCH, "BRF", "BRH"}, {LINE, "LF", "LH"}};
    unsigned long all = 0;
    add_up(records);
    for (size_t first = 0, end; first < records->count; first = end) {
        const char *source = records->items[first].source;
        unsigned long found[LINE + 1] = {0}, hit[LINE + 1] = {0};
        for (end = first; end < records->count && !strcmp(records->items[end].source, source); end++) {
            found[records->items[end].kind]++;
            hit[records->items[end].kind] += records->items[end].count > 0;
        }
        all += found[LINE];
        fprintf(output, "SF:%s\n", source);
        for (size_t i = first; i < end; i++) {
            enum kind kind = records->items[i].kind;
            write_record(&records->items[i], output);
            if (i + 1 < end && records->items[i + 1].kind == kind) continue;
            for (size_t sum = 0; sum < sizeof sums / sizeof *sums; sum++)
                if (sums[sum].kind == kind) fprintf(output, "%s:%lu\n%s:%lu\n", sums[sum].found, found[kind], sums[sum].hit, hit[kind]);
        }
        fputs("end_of_record\n", output);
    }
    return all;
}
