#include <cstddef>
#include <vector>

// Within what the vector has allocated, and beyond what is in it.
int main() {
  std::vector<int> numbers(2);
  numbers.reserve(8);
  volatile std::size_t index = 5;
  const volatile int &beyond = numbers[index];
  return beyond == beyond ? 0 : 1;
}
