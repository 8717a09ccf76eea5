// std::filesystem, below the folder that the first argument names.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

namespace fs = std::filesystem;

int main(int, char** argv) {
  const fs::path root = fs::path(argv[1]) / "tree";
  std::cout << fs::create_directories(root / "a" / "b") << '\n';
  std::ofstream(root / "a" / "text") << "first line\nsecond line\n";
  std::ofstream(root / "a" / "b" / "empty");

  std::ifstream file(root / "a" / "text");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  file.close();
  std::cout << lines.size() << " lines, last: " << lines.back() << ", " << fs::file_size(root / "a" / "text") << " bytes\n";

  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    found.push_back(entry.path().lexically_relative(root).generic_string() + (entry.is_directory() ? "/" : ""));
  }
  std::sort(found.begin(), found.end());
  for (const auto& name : found) std::cout << name << ' ';
  std::cout << '\n';

  fs::copy(root / "a", root / "copy", fs::copy_options::recursive);
  fs::rename(root / "copy" / "text", root / "moved.txt");
  std::cout << fs::exists(root / "copy" / "b" / "empty") << fs::exists(root / "copy" / "text") << ' '
            << (root / "moved.txt").extension().string() << ' ' << (root / "moved.txt").stem().string() << '\n';

  std::error_code error;
  static_cast<void>(fs::file_size(root / "absent", error));
  std::cout << (error == std::errc::no_such_file_or_directory) << '\n';
  try {
    static_cast<void>(fs::file_size(root / "absent"));
  } catch (const fs::filesystem_error& failure) {
    std::cout << failure.path1().filename().string() << '\n';
  }
  const fs::path roundabout = root / "a" / ".." / "moved.txt";
  std::cout << fs::weakly_canonical(roundabout).filename().string() << '\n';
  std::cout << fs::remove_all(root) << " removed\n";
}
