#include <iostream>
#include <stdexcept>
#include <string>

#include "roman.h"

int main(int argc, char** argv) {
  try {
    for (int i = 1; i < argc; ++i) std::cout << roman::from_number(std::stoi(argv[i])) << '\n';
  } catch (const std::logic_error& error) {
    std::cerr << "to_roman: " << error.what() << '\n';
    return 1;
  }
}
