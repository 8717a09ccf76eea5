/* Readers of reports: LCOV's format, as llvm-cov and others write it, and gcov's intermediate one. */
#ifndef REPORT_READER_H
#define REPORT_READER_H

#include "records.h"

/* Reads a line, of any length and without its end, into a buffer that grows. Returns whether there was one. */
bool read_line(FILE *input, char **line, size_t *capacity);

/* Opens a file that has to be there. */
FILE *open_to_read(const char *path);

/* By what name a report's source is known, in memory that stays; NULL: by none, and its counts are left out. */
typedef const char *name_source(const char *path);

/* Adds the counts of a report. Returns whether it had anything at all, of whichever source. */
bool read_report(const char *path, name_source *name, struct records *records);

#endif
