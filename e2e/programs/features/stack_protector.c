/* Overwrites what is behind the array as soon as it has an argument. */
__attribute__((noinline)) void fill(volatile char *text, int size) {
  for (int index = 0; index < size; ++index) text[index] = 'x';
}

__attribute__((noinline)) int checked(int size) {
  volatile char text[32];
  fill(text, size);
  return text[0];
}

int main(int count, char **arguments) {
  (void)arguments;
  return checked(count > 1 ? 48 : 32) == 'x' ? 0 : 1;
}
