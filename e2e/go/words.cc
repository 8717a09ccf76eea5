#include "words.h"

#include <sstream>
#include <stdexcept>
#include <string>

static int count(const char *text) {
  std::istringstream stream(text);
  std::string word;
  int number = 0;
  while (stream >> word) number++;
  if (number == 0) throw std::invalid_argument("no words");
  return number;
}

int count_words(const char *text) {
  try {
    return count(text);
  } catch (const std::invalid_argument &) {
    return -1;
  }
}
