// What is not written stays so on its way through the C++ library.
#include <cstdio>
#include <map>
#include <string>
int main() {
  char letters[8];
  letters[1] = 'a';
  std::map<std::string, int> known{{"a", 1}, {"b", 2}};
  return known.count(std::string(letters, 3)) ? std::puts("known") : 0;
}
