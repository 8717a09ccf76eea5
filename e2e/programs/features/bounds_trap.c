static int numbers[4] = {0, 0, 0, 0};
static int after[4] = {0, 0, 0, 0};

int main(void) {
  volatile unsigned index = 4;
  return numbers[index] == after[1] + 1 ? 1 : 0;
}
