#pragma once

#include <string>
#include <vector>

template <typename Item>
Item sum(const std::vector<Item> &items) {
    Item total = Item();
    for (const Item &item : items) {
        total += item;
    }
    return total;
}

std::string joined(const std::vector<std::string> &words);
