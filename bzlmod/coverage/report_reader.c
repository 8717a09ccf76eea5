#include "report_reader.h"

#include <stdlib.h>
#include <string.h>

bool read_line(FILE *input, char **line, size_t *capacity) {
    size_t length = 0;
    int c;
    while ((c = fgetc(input)) != EOF && c != '\n') {
        if (length + 2 > *capacity) {
            *capacity = *capacity * 2 + 256;
            *line = allocate(*line, *capacity);
        }
        if (c != '\r') (*line)[length++] = (char)c;
    }
    if (c == EOF && length == 0) return false;
    if (!*line) *line = allocate(NULL, *capacity = 256);
    (*line)[length] = '\0';
    return true;
}

FILE *open_to_read(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) fail(path, "cannot be opened");
    return file;
}

/* What comes after a prefix; NULL where it is another. */
static const char *after(const char *text, const char *prefix) {
    size_t length = strlen(prefix);
    return strncmp(text, prefix, length) ? NULL : text + length;
}

/* The number that a field begins with; `text` is put behind it and the comma after it. Returns whether there is one. */
static bool take_number(const char **text, unsigned long long *number) {
    char *end;
    if (**text < '0' || **text > '9') return false;
    *number = strtoull(*text, &end, 10);
    if (*end != ',' && *end != '\0') return false;
    *text = *end ? end + 1 : end;
    return true;
}

/* Branches of a line have no numbers in gcov's format, and are told apart by their order. */
struct branches {
    unsigned long line, next;
};

static bool read_lcov_line(const char *line, const char *source, struct records *records) {
    const char *rest;
    unsigned long long number, count, block;
    if ((rest = after(line, "DA:")) && take_number(&rest, &number) && take_number(&rest, &count))
        add_record(records, (struct record){.source = source, .kind = LINE, .line = number, .name = "", .count = count});
    else if ((rest = after(line, "FN:")) && take_number(&rest, &number)) {
        /* Since lcov 1.16 a function's last line may stand before its name. */
        take_number(&rest, &count);
        add_record(records, (struct record){.source = source, .kind = FUNCTION_LINE, .line = number, .name = keep(rest)});
    } else if ((rest = after(line, "FNDA:")) && take_number(&rest, &count))
        add_record(records, (struct record){.source = source, .kind = FUNCTION_COUNT, .name = keep(rest), .count = count});
    else if ((rest = after(line, "BRDA:")) && take_number(&rest, &number) && take_number(&rest, &block)) {
        char *branch = keep(rest), *taken = strrchr(branch, ',');
        if (!taken) return false;
        *taken++ = '\0';
        bool unreached = !strcmp(taken, "-");
        add_record(records, (struct record){.source = source, .kind = BRANCH, .line = number, .block = block, .name = branch, .count = unreached ? 0 : strtoull(taken, NULL, 10), .unreached = unreached});
    } else return false;
    return true;
}

static bool read_gcov_line(const char *line, const char *source, struct branches *branches, struct records *records) {
    const char *rest;
    unsigned long long number, count, more;
    if ((rest = after(line, "lcount:")) && take_number(&rest, &number) && take_number(&rest, &count))
        add_record(records, (struct record){.source = source, .kind = LINE, .line = number, .name = "", .count = count});
    else if ((rest = after(line, "function:")) && take_number(&rest, &number) && take_number(&rest, &count)) {
        /* Since gcov 8 the last line stands before the count. */
        if (take_number(&rest, &more)) count = more;
        const char *name = keep(rest);
        add_record(records, (struct record){.source = source, .kind = FUNCTION_LINE, .line = number, .name = name});
        add_record(records, (struct record){.source = source, .kind = FUNCTION_COUNT, .name = name, .count = count});
    } else if ((rest = after(line, "branch:")) && take_number(&rest, &number)) {
        char name[24];
        branches->next = branches->line == number ? branches->next + 1 : 0;
        branches->line = number;
        snprintf(name, sizeof name, "%lu", branches->next);
        add_record(records, (struct record){.source = source, .kind = BRANCH, .line = number, .name = keep(name), .count = !strcmp(rest, "taken"), .unreached = !strcmp(rest, "notexec")});
    } else return false;
    return true;
}

bool read_report(const char *path, name_source *name, struct records *records) {
    struct records ignored = {0};
    struct branches branches = {0};
    const char *source = NULL, *rest;
    char *line = NULL;
    size_t capacity = 0;
    bool has_counts = false;
    FILE *input = open_to_read(path);
    while (read_line(input, &line, &capacity)) {
        if ((rest = after(line, "SF:")) || (rest = after(line, "file:"))) {
            source = name(rest);
            branches = (struct branches){0};
            continue;
        }
        struct records *target = source ? records : &ignored;
        ignored.count = 0;
        has_counts |= read_lcov_line(line, source, target) || read_gcov_line(line, source, &branches, target);
    }
    if (ferror(input)) fail(path, "cannot be read");
    fclose(input);
    free(line);
    free(ignored.items);
    return has_counts;
}
