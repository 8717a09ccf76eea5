#ifndef ROMAN_H_
#define ROMAN_H_

#include <string>
#include <string_view>

namespace roman {

// The numeral of `number`. Throws std::out_of_range outside 1..3999.
std::string from_number(int number);

// The number of `numeral`. Throws std::invalid_argument when it is not written as from_number would write it.
int to_number(std::string_view numeral);

}  // namespace roman

#endif  // ROMAN_H_
