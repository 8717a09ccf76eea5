// Two threads write to one variable, and nothing orders them.
#include <thread>

int counter;

int main() {
  auto count = [] {
    for (int i = 0; i < 1000; ++i) ++counter;
  };
  std::thread one(count), other(count);
  one.join();
  other.join();
}
