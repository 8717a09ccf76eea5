#include "words.h"

#include <future>
#include <iostream>

int main() {
  static_assert(HAVE_CHARCONV);
  auto found = std::async(std::launch::async, [] { return longest_word("to make a toolchain work"); });
  std::cout << found.get() << "\n";
  try {
    longest_word(" ");
  } catch (const NoWords &error) {
    std::cout << "caught: " << error.what() << "\n";
  }
}
