/** A library that throws an exception, and a program that catches it: name → text. It prints `caught thrown 7`. */
export const throwerFiles: Readonly<Record<string, string>> = {
  "thrower.h": "void fail(int code);\n",
  "thrower.cc":
    '#include "thrower.h"\n#include <stdexcept>\n#include <string>\nvoid fail(int code) { throw std::runtime_error("thrown " + std::to_string(code)); }\n',
  "catcher.cc":
    '#include "thrower.h"\n#include <iostream>\n#include <stdexcept>\nint main() { try { fail(7); } catch (const std::runtime_error &error) { std::cout << "caught " << error.what() << std::endl; } }\n',
};
