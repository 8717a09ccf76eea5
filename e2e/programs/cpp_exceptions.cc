// Exceptions and run-time type information, also through a library of its own.
#include "cpp_exceptions.h"

#include <cxxabi.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <typeinfo>
#include <vector>
#if !defined(__wasi__) || defined(_REENTRANT)
#include <future>
#endif

namespace {

std::string demangled(const std::type_info& type) {
  int status = 0;
  std::unique_ptr<char, decltype(&std::free)> name(abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
  return status == 0 ? name.get() : "(not demangled)";
}

struct Guard {
  const char* name;
  ~Guard() { std::cout << "unwound " << name << ", in flight " << std::uncaught_exceptions() << '\n'; }
};

[[gnu::noinline]] int deep(int level) {
  Guard guard{level == 0 ? "innermost" : "outer"};
  if (level == 0) throw_tracked(17);
  return deep(level - 1) + 1;
}

void print_nested(const std::exception& error, int depth = 0) {
  std::cout << std::string(depth, ' ') << error.what() << '\n';
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& inner) {
    print_nested(inner, depth + 1);
  }
}

struct Initialized {
  int attempts = 0;
  static Initialized& instance(bool fail) {
    static Initialized value(fail);
    return value;
  }
  explicit Initialized(bool fail) {
    if (fail) throw 5;
  }
};

}  // namespace

int main() {
  try {
    deep(2);
  } catch (const TrackedError& error) {
    std::cout << "caught " << demangled(typeid(error)) << ' ' << error.what() << ' ' << error.code << '\n';
  }

  try {
    try {
      throw_tracked(1);
    } catch (...) {
      std::throw_with_nested(std::logic_error("around it"));
    }
  } catch (const std::exception& error) {
    print_nested(error);
  }

  std::exception_ptr kept;
  try {
    throw std::string("a string");
  } catch (...) {
    kept = std::current_exception();
  }
  try {
    std::rethrow_exception(kept);
  } catch (const std::string& text) {
    std::cout << "rethrown " << text << '\n';
  }

#if !defined(__wasi__) || defined(_REENTRANT)
  auto future = std::async(std::launch::async, [] { throw_tracked(3); });
  try {
    future.get();
  } catch (const TrackedError& error) {
    std::cout << "from a thread " << error.code << '\n';
  }
#endif

  try {
    Initialized::instance(true);
  } catch (int code) {
    std::cout << "initialization failed with " << code << '\n';
  }
  Initialized::instance(false);

  std::unique_ptr<Animal> dog(make_animal(true)), cat(make_animal(false));
  std::cout << dog->sound() << ' ' << cat->sound() << ' ' << demangled(typeid(*dog)) << ' ' << demangled(typeid(*cat)) << ' '
            << (dynamic_cast<Dog*>(dog.get()) != nullptr) << (dynamic_cast<Dog*>(cat.get()) != nullptr) << '\n';
  try {
    dynamic_cast<Dog&>(*cat);
  } catch (const std::bad_cast&) {
    std::cout << "bad cast\n";
  }
  try {
    std::vector<int>().at(1);
  } catch (const std::out_of_range&) {
    std::cout << "out of range\n";
  }
  try {
    volatile std::size_t size = std::numeric_limits<std::size_t>::max() - 4096;
    // Through a volatile pointer: a pair of new and delete may be left out.
    char* volatile block = new char[size];
    delete[] block;
    std::cout << "allocated\n";
  } catch (const std::bad_alloc&) {
    std::cout << "bad alloc\n";
  }

  std::set_terminate([] {
    std::cout << "terminated" << std::endl;
    std::_Exit(3);
  });
  [&]() noexcept { throw_tracked(4); }();
}
