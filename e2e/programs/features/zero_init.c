/* Two functions with frames alike: what the first leaves on the stack, the second finds, unless it is set to zero. */
__attribute__((noinline)) void leave(void) {
  volatile char bytes[512];
  for (int index = 0; index < 512; ++index) bytes[index] = 'x';
}

__attribute__((noinline)) int find(void) {
  volatile char bytes[512];
  int found = 0;
  for (int index = 0; index < 512; ++index) found += bytes[index] == 'x';
  return found;
}

int main(void) {
  leave();
  return find() == 0 ? 1 : 0;
}
