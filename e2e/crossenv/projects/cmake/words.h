#pragma once

#include <stdexcept>
#include <string>

struct NoWords : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The longest word of a text; throws NoWords.
std::string longest_word(const std::string &text);
