// Threads, thread-local objects, and what they synchronize with.
#include <atomic>
#include <barrier>
#include <condition_variable>
#include <cstdint>
#include <future>
#include <iostream>
#include <latch>
#include <mutex>
#include <semaphore>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int kThreads = 4;
constexpr int kRounds = 2000;

std::atomic<int> constructed{0}, destroyed{0};

struct PerThread {
  int value = 0;
  PerThread() { ++constructed; }
  ~PerThread() { ++destroyed; }
};
thread_local PerThread per_thread;
thread_local std::string name = "unnamed";

struct alignas(16) Pair {
  std::uint64_t low = 0, high = 0;
};
std::atomic<Pair> pair;

void add_to_pair() {
  Pair seen = pair.load();
  while (!pair.compare_exchange_weak(seen, Pair{seen.low + 1, seen.high + 2})) {
  }
}

}  // namespace

int main() {
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::shared_mutex shared;
  std::once_flag once;
  std::latch ready(kThreads);
  std::barrier meeting(kThreads);
  int total = 0, once_calls = 0, phases = 0;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      name = "thread " + std::to_string(i);
      ready.arrive_and_wait();
      std::call_once(once, [&] { ++once_calls; });
      for (int round = 0; round < kRounds; ++round) {
        ++per_thread.value;
        add_to_pair();
      }
      meeting.arrive_and_wait();
      std::scoped_lock lock(mutex);
      std::unique_lock writer(shared);
      total += per_thread.value;
      phases += name == "thread " + std::to_string(i);
    });
  }
  for (auto& thread : threads) thread.join();
  std::cout << "total " << total << ", named " << phases << ", here " << name << ", once " << once_calls << '\n';
  std::cout << "thread-local objects: " << constructed << " constructed, " << destroyed << " destroyed\n";
  const Pair last = pair.load();
  std::cout << "16 bytes: " << last.low << ' ' << last.high << '\n';

  std::condition_variable changed;
  bool flag = false;
  std::thread waiter([&] {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return flag; });
    std::cout << "woken by a condition\n";
  });
  {
    std::scoped_lock lock(mutex);
    flag = true;
  }
  changed.notify_one();
  waiter.join();

  std::atomic<int> signal{0};
  std::counting_semaphore<2> semaphore(0);
  std::thread notified([&] {
    signal.wait(0);
    std::cout << "woken by an atomic with " << signal << '\n';
    semaphore.release();
  });
  signal = 9;
  signal.notify_all();
  semaphore.acquire();
  notified.join();

  std::promise<int> promise;
  auto doubled = std::async(std::launch::async, [future = promise.get_future()]() mutable { return 2 * future.get(); });
  promise.set_value(21);
  std::cout << "future " << doubled.get() << '\n';
}
