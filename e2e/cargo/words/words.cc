#include "words.h"

#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

static std::vector<std::string> split(const std::string &text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
#ifdef __cpp_exceptions
  if (words.empty()) throw std::invalid_argument("no words");
#endif
  return words;
}

ptrdiff_t count_words(const char *text, size_t length) {
#ifdef __cpp_exceptions
  try {
    return static_cast<ptrdiff_t>(split({text, length}).size());
  } catch (const std::invalid_argument &) {
    return -1;
  }
#else
  auto words = split({text, length});
  return words.empty() ? -1 : static_cast<ptrdiff_t>(words.size());
#endif
}

int has_avx2(void) {
#ifdef __AVX2__
  return 1;
#else
  return 0;
#endif
}
