#include "cpp_exceptions.h"

Animal::~Animal() = default;
const char* Dog::sound() const { return "woof"; }
const char* Cat::sound() const { return "meow"; }

void throw_tracked(int code) { throw TrackedError("tracked", code); }

Animal* make_animal(bool dog) {
  if (dog) return new Dog;
  return new Cat;
}
