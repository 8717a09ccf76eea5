// The language and library of C++20, and of C++23 where the standard is that.
#include <algorithm>
#include <array>
#include <bit>
#include <compare>
#include <concepts>
#include <coroutine>
#include <cstdio>
#include <iostream>
#include <memory_resource>
#include <numbers>
#include <optional>
#include <random>
#include <ranges>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>
#if __cplusplus >= 202302L
#include <expected>
#include <print>
#endif

namespace {

template <typename T>
concept Number = std::integral<T> || std::floating_point<T>;

template <Number T>
constexpr T squared(T value) {
  return value * value;
}
static_assert(squared(12) == 144);

struct Version {
  int major, minor;
  auto operator<=>(const Version&) const = default;
};

struct Sequence {
  struct promise_type {
    int current = 0;
    Sequence get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(int value) {
      current = value;
      return {};
    }
    void return_void() {}
    void unhandled_exception() { throw; }
  };
  std::coroutine_handle<promise_type> handle;
};

Sequence fibonacci() {
  for (int a = 0, b = 1;; b = a + b, a = b - a) co_yield a;
}

#if __cplusplus >= 202302L
struct Counter {
  int value = 0;
  auto&& up(this auto&& self) {
    ++self.value;
    return self;
  }
};
#endif

}  // namespace

int main() {
  std::cout << "standard " << __cplusplus << '\n';

  auto sequence = fibonacci();
  std::cout << "coroutine";
  for (int i = 0; i < 8; ++i) {
    sequence.handle.resume();
    std::cout << ' ' << sequence.handle.promise().current;
  }
  sequence.handle.destroy();
  std::cout << '\n';

  const std::array numbers{5, 3, 9, 1, 7, 4};
  auto odd_squares = numbers | std::views::filter([](int n) { return n % 2 == 1; }) | std::views::transform(squared<int>);
  std::cout << "ranges";
  for (int n : odd_squares) std::cout << ' ' << n;
  std::cout << ", most " << std::ranges::max(numbers) << '\n';

  std::cout << "compare " << (Version{1, 2} < Version{1, 10}) << (Version{2, 0} == Version{2, 0}) << '\n';
  std::variant<int, std::string> either = "text";
  std::cout << "variant " << std::visit([](const auto& value) { return sizeof(value) > sizeof(int); }, either) << '\n';
  std::cout << "bits " << std::popcount(0xF0F0u) << ' ' << std::bit_width(1000u) << ' ' << std::bit_cast<std::uint32_t>(1.0f) << '\n';
  std::cout << "span " << std::span(numbers).subspan(2, 2).front() << " pi " << std::numbers::pi << '\n';

  std::array<std::byte, 512> storage;
  std::pmr::monotonic_buffer_resource resource(storage.data(), storage.size(), std::pmr::null_memory_resource());
  std::pmr::vector<std::pmr::string> strings({"one", "two"}, &resource);
  std::cout << "memory resource " << strings.size() << '\n';

  std::mt19937_64 generator(42);
  std::cout << "random " << generator() << ", device " << (std::random_device{}() != std::random_device{}()) << '\n';

  constexpr auto here = std::source_location::current();
  std::cout << "location " << std::string_view(here.function_name()) << std::endl;

#if __cplusplus >= 202302L
  const auto half = [](int n) -> std::expected<int, std::string> {
    if (n % 2 != 0) return std::unexpected("odd");
    return n / 2;
  };
  std::println("expected {} {}", half(8).value(), half(7).error());
  Counter counter;
  std::println("deducing this {}", counter.up().up().value);
  for (auto [index, letter] : std::views::zip(std::views::iota(1), std::string_view("ab"))) std::println("zip {}{}", index, letter);
#endif
}
