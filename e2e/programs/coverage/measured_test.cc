#include "sign.h"
#include "sums.h"

int main() {
    for (int i = 0; i < 3; i++)
        if (sign(i) != (i > 0)) return 1;
    return joined({"a", "b"}) == "ab" ? 0 : 1;
}
