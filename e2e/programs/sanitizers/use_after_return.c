int *volatile kept;

__attribute__((noinline)) void keep(void) {
  int local = 1;
  kept = &local;
}

int main(void) {
  keep();
  return *kept;
}
