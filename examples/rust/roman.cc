// Roman numerals in C++, for Rust: what can go wrong is an exception here and an error code there.
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

static std::string write(int number) {
  static constexpr std::pair<int, const char *> letters[] = {
      {1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"},
      {40, "XL"},  {10, "X"},   {9, "IX"},  {5, "V"},    {4, "IV"},  {1, "I"}};
  if (number <= 0 || number >= 4000) throw std::out_of_range("numerals are for 1 to 3999");
  std::string text;
  for (const auto &[value, letter] : letters)
    for (; number >= value; number -= value) text += letter;
  return text;
}

/// Writes a numeral, its terminating zero included, to 16 bytes; returns whether there is one.
extern "C" bool write_numeral(int number, char *bytes) {
  try {
    const std::string text = write(number);
    std::memcpy(bytes, text.c_str(), text.size() + 1);
    return true;
  } catch (const std::out_of_range &) {
    return false;
  }
}
