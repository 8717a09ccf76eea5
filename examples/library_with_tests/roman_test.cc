#include "roman.h"

#include <iostream>
#include <stdexcept>

namespace {

int failures = 0;

void check(bool holds, const std::string& what) {
  if (holds) return;
  std::cerr << "failed: " << what << '\n';
  ++failures;
}

template <typename Error, typename Call>
bool throws(Call call) {
  try {
    call();
  } catch (const Error&) {
    return true;
  }
  return false;
}

}  // namespace

int main() {
  for (int number = 1; number <= 3999; ++number) {
    check(roman::to_number(roman::from_number(number)) == number, "round trip of " + std::to_string(number));
  }
  check(roman::from_number(1994) == "MCMXCIV", "1994");
  check(throws<std::out_of_range>([] { roman::from_number(0); }), "zero has no numeral");
  check(throws<std::invalid_argument>([] { roman::to_number("IIII"); }), "IIII is not how 4 is written");
  check(throws<std::invalid_argument>([] { roman::to_number("xvi"); }), "letters are upper case");
  if (failures == 0) std::cout << "all numerals passed\n";
  return failures == 0 ? 0 : 1;
}
