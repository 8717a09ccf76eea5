#include "roman.h"

#include <stdexcept>

namespace roman {
namespace {

struct Digit {
  int value;
  std::string_view letters;
};

constexpr Digit kDigits[] = {
    {1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"},
    {40, "XL"},  {10, "X"},   {9, "IX"},  {5, "V"},    {4, "IV"},  {1, "I"},
};

}  // namespace

std::string from_number(int number) {
  if (number < 1 || number > 3999) throw std::out_of_range("no Roman numeral for " + std::to_string(number));
  std::string numeral;
  for (const Digit& digit : kDigits) {
    for (; number >= digit.value; number -= digit.value) numeral += digit.letters;
  }
  return numeral;
}

int to_number(std::string_view numeral) {
  int number = 0;
  std::string_view rest = numeral;
  for (const Digit& digit : kDigits) {
    for (; rest.starts_with(digit.letters); rest.remove_prefix(digit.letters.size())) number += digit.value;
  }
  if (!rest.empty() || number < 1 || number > 3999 || from_number(number) != numeral) {
    throw std::invalid_argument("not a Roman numeral: " + std::string(numeral));
  }
  return number;
}

}  // namespace roman
