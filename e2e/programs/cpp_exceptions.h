#ifndef CPP_EXCEPTIONS_H_
#define CPP_EXCEPTIONS_H_

#include <stdexcept>

struct Animal {
  virtual ~Animal();
  virtual const char* sound() const = 0;
};
struct Dog : virtual Animal {
  const char* sound() const override;
};
struct Cat : virtual Animal {
  const char* sound() const override;
};

class TrackedError : public std::runtime_error {
 public:
  TrackedError(const char* what, int code) : std::runtime_error(what), code(code) {}
  const int code;
};

// Defined in another translation unit, which a library carries.
[[noreturn]] void throw_tracked(int code);
Animal* make_animal(bool dog);

#endif  // CPP_EXCEPTIONS_H_
