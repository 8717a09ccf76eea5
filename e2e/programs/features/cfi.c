// Calls a function by a pointer of another type.
static int twice(int x) { return 2 * x; }

typedef int (*of_two)(long, long);

int main(int argc, char **argv) {
  (void)argv;
  volatile of_two call = (of_two)twice;
  return call(argc, 0) == 2 ? 0 : 1;
}
