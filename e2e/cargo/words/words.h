#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Sizes that differ between targets: a binding made of another target's headers is seen in the numbers. */
enum { SIZE_OF_LONG = sizeof(long), SIZE_OF_OFFSET = sizeof(off_t), LONGEST_PATH = PATH_MAX };

/* The number of words in a text; -1 when it has none, which C++ finds out by an exception. */
ptrdiff_t count_words(const char *text, size_t length);

/* Whether C is compiled for CPUs that all have AVX2. */
int has_avx2(void);

#ifdef __cplusplus
}
#endif
