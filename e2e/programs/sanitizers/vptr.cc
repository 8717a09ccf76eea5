// A call through a pointer to a class that the object is not of.
#include <cstdio>

struct Circle {
  virtual ~Circle() = default;
  virtual double area() const { return 3; }
};

struct Square {
  virtual ~Square() = default;
  virtual double area() const { return 4; }
};

int main() {
  Square square;
  void *object = &square;
  std::printf("%f\n", static_cast<Circle *>(object)->area());
}
