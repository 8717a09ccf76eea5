#include <algorithm>
#include <vector>

// What orders the numbers says of equal ones that each comes before the other.
int main() {
  std::vector<int> numbers(10, 7);
  std::sort(numbers.begin(), numbers.end(), [](int left, int right) { return left <= right; });
  return numbers.size() == 10 ? 0 : 1;
}
