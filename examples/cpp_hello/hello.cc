#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>

#include <sys/utsname.h>

namespace {

std::string machine_name() {
  utsname machine;
  if (uname(&machine) != 0) throw std::runtime_error("uname failed");
  return machine.machine;
}

}  // namespace

int main() {
  std::string name;
  std::exception_ptr failure;
  std::thread worker([&] {
    try {
      name = machine_name();
    } catch (...) {
      failure = std::current_exception();
    }
  });
  worker.join();
  if (failure) std::rethrow_exception(failure);
  std::cout << "Hello from C++ on " << name << ", " << 8 * sizeof(void*) << "-bit\n";
}
