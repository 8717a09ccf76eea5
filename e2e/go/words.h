#ifndef WORDS_H_
#define WORDS_H_

#ifdef __cplusplus
extern "C" {
#endif

// The number of words in a text, or -1 where there are none.
int count_words(const char *text);

#ifdef __cplusplus
}
#endif

#endif  // WORDS_H_
