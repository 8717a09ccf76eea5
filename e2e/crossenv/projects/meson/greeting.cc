#include <cstdio>
#include <string>

extern "C" void greet(const char *name) { std::puts(("greetings to " + std::string(name)).c_str()); }
