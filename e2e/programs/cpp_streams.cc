// Streams, strings and formatting; reads numbers from the standard input.
#include <charconv>
#include <chrono>
#include <format>
#include <iomanip>
#include <iostream>
#include <locale>
#include <map>
#include <numeric>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

int main() {
  std::vector<int> numbers;
  for (int number; std::cin >> number;) numbers.push_back(number);
  std::cout << "read " << numbers.size() << ", sum " << std::accumulate(numbers.begin(), numbers.end(), 0) << '\n';

  std::cout << std::hex << std::showbase << 48879 << std::dec << ' ' << std::setw(8) << std::setfill('*') << 42 << ' '
            << std::fixed << std::setprecision(3) << 3.14159 << ' ' << std::boolalpha << true << '\n';

  std::ostringstream scientific;
  scientific << std::scientific << std::setprecision(2) << 12345.678L << ' ' << std::defaultfloat << 0.5f;
  std::cout << scientific.str() << '\n';

  std::istringstream words("the quick brown the fox the");
  std::map<std::string, int> counts;
  for (std::string word; words >> word;) ++counts[word];
  for (const auto& [word, count] : counts) std::cout << word << '=' << count << ' ';
  std::cout << '\n';

  std::cout << std::format("{:>6}|{:<6}|{:^6}|{:#x}|{:.4f}|{}", "right", "left", "mid", 255, 2.718281828, true) << '\n';

  double parsed = 0;
  const std::string text = "6.25e-2";
  std::from_chars(text.data(), text.data() + text.size(), parsed);
  char printed[32];
  const auto end = std::to_chars(printed, printed + sizeof printed, 0.1).ptr;
  std::cout << std::defaultfloat << std::setprecision(6) << parsed << ' ' << std::string(printed, end) << '\n';

  std::cout << std::regex_replace(std::string("2026-11-20"), std::regex("(\\d+)-(\\d+)-(\\d+)"), "$3.$2.$1") << '\n';
  std::cout << std::locale::classic().name() << ' ' << std::use_facet<std::ctype<char>>(std::locale()).toupper('x') << '\n';

  using namespace std::chrono;
  const auto day = sys_days{year{2024} / February / last};
  std::cout << static_cast<unsigned>(year_month_day{day}.day()) << ' ' << (sys_days{2000y / 1 / 1}.time_since_epoch()).count() << '\n';

  std::wostringstream wide;
  wide << L"wide " << 7;
  std::cout << (wide.str() == L"wide 7") << std::endl;
  std::cerr << "to the standard error" << std::endl;
}
