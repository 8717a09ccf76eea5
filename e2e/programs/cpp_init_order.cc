// Dynamic initialization and its reverse: within a unit in order, across units by priority, on first use, per thread.
#include "cpp_init_order.h"

#include <cstdlib>
#include <iostream>
#if !defined(__wasi__) || defined(_REENTRANT)
#include <thread>
#endif

namespace {

int counted() {
  static int calls = 40;
  return ++calls;
}

Traced first("first of this unit");
int dynamic_value = counted() + from_other_unit();
Traced second("second of this unit");
[[gnu::init_priority(200)]] Traced early("priority 200");
[[gnu::init_priority(150)]] Traced earlier("priority 150");
constinit int constant_value = 11;
inline Traced inline_object("inline object");

Traced& on_first_use() {
  static Traced object("on first use");
  return object;
}

#if !defined(__wasi__) || defined(_REENTRANT)
thread_local Traced per_thread("of a thread");
#endif

}  // namespace

int main() {
  std::printf("main: %d %d\n", dynamic_value, constant_value);
  on_first_use();
  on_first_use();
#if !defined(__wasi__) || defined(_REENTRANT)
  std::thread([] { std::printf("thread sees %s\n", per_thread.name); }).join();
#endif
  std::atexit([] { std::printf("exit handler\n"); });
  Traced local("local of main");
  std::cout << "streams are ready" << std::endl;
  return 0;
}
