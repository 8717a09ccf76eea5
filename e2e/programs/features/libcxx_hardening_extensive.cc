#include <cstddef>
#include <string_view>

// Of some characters, and there are none.
int main() {
  const char *volatile nowhere = nullptr;
  volatile std::size_t size = 3;
  return std::string_view(nowhere, size).size() == 3 ? 0 : 1;
}
