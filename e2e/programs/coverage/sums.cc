#include "sums.h"

#include <stdexcept>

std::string joined(const std::vector<std::string> &words) {
    if (words.empty()) {
        throw std::invalid_argument("no words");
    }
    return sum(words);
}
