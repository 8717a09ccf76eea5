#include "words.h"

#include <sstream>

std::string longest_word(const std::string &text) {
  std::istringstream stream(text);
  std::string longest, word;
  while (stream >> word)
    if (word.size() > longest.size()) longest = word;
  if (longest.empty()) throw NoWords("no words in \"" + text + "\"");
  return longest;
}
