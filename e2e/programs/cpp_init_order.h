#ifndef CPP_INIT_ORDER_H_
#define CPP_INIT_ORDER_H_

#include <cstdio>

struct Traced {
  const char* name;
  explicit Traced(const char* name) : name(name) { std::printf("+ %s\n", name); }
  ~Traced() { std::printf("- %s\n", name); }
};

int from_other_unit();

#endif  // CPP_INIT_ORDER_H_
