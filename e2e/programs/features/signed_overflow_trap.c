#include <limits.h>

int main(void) {
  volatile int most = INT_MAX;
  volatile int more = most + 1;
  return more == INT_MAX ? 1 : 0;
}
