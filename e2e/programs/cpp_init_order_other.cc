#include "cpp_init_order.h"

namespace {
[[gnu::init_priority(175)]] Traced between("priority 175, other unit");
}  // namespace

int from_other_unit() { return 1; }
