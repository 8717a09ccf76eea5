void use(volatile char *bytes) { bytes[0] = 1; }

/* A frame of 64 KiB and a bit, of which the compiler knows nothing. */
__attribute__((noinline)) int checked(void (*volatile how)(volatile char *)) {
  volatile char bytes[65600];
  how(bytes);
  return bytes[0];
}

int main(void) { return checked(use) == 1 ? 0 : 1; }
