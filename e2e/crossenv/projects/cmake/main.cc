#include "words.h"

#include <iostream>
#if HAVE_THREADS
#include <future>
#endif

static std::string in_another_thread(const char *text) {
#if HAVE_THREADS
  // Where no thread can be started, it is done when its result is asked for.
  return std::async(longest_word, text).get();
#else
  return longest_word(text);
#endif
}

int main() {
  static_assert(HAVE_CHARCONV);
  std::cout << in_another_thread("to make a toolchain work") << "\n";
  try {
    longest_word(" ");
  } catch (const NoWords &error) {
    std::cout << "caught: " << error.what() << (HAVE_THREADS ? ", with threads" : "") << "\n";
  }
}
