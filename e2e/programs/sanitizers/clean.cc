// Nothing is wrong here: strings, streams, threads, exceptions and a sorted vector go through the C++ library, which an instrumentation
// has to have seen as well.
#include <algorithm>
#include <iostream>
#include <map>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

static std::string join(const std::vector<std::string> &words) {
  std::ostringstream out;
  for (const auto &word : words) out << word << ' ';
  return out.str();
}

int main(int argc, char **) {
  std::vector<std::string> words{"one", "two", std::string(100, 'x'), std::to_string(argc)};
  std::sort(words.begin(), words.end());
  std::map<std::string, int> lengths;
  std::mutex mutex;
  std::vector<std::thread> threads;
  for (const auto &word : words)
    threads.emplace_back([&] {
      std::lock_guard<std::mutex> lock(mutex);
      lengths[word] = static_cast<int>(word.size());
    });
  for (auto &thread : threads) thread.join();
  int sum = 0;
  for (const auto &[word, length] : lengths) sum += length;
  try {
    if (sum > 0) throw std::runtime_error(join(words));
  } catch (const std::exception &error) {
    std::cout << std::string(error.what()).size() << ' ' << sum << '\n';
  }
  return std::cout ? 0 : 1;
}
