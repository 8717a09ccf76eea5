import { join } from "node:path";

import { builtCrossenv } from "../crossenv/build-crossenv";
import { choosePlatforms, declareLeftOut, oneWillDo, thatFit } from "../harness/choose-platforms";
import { scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { declareSkip } from "../harness/declare-skip";
import { DrivenBazel } from "../harness/drive-bazel";
import { runCommand } from "../harness/run-command";
import { findRunner, itWhere, runProgram } from "../harness/run-program";
import { semihosting } from "../harness/semihosting";
import { isHosted, listPlatforms, loadSources, type Platform } from "../harness/target-rows";

/** C++ where there is no operating system: without exceptions and locales, and whole. */
const sources = loadSources();
const bare = thatFit(
  choosePlatforms(listPlatforms(sources)),
  (platform) => platform.system.libc !== undefined && !isHosted(platform),
);
/** A C++ library takes a minute: where platforms are left out, it is that of the first of each system. */
const isFirst = (platform: Platform): boolean =>
  bare.platforms.find(({ system }) => system === platform.system) === platform;
const platforms = bare.platforms.filter((platform) => bare.leftOut.length === 0 || isFirst(platform));

/** Whether it is a platform for C++ with exceptions, and what else most programs there do without. */
const isWhole = ({ system }: Platform): boolean => system.compile_flags.includes("-fexceptions");

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")

package(default_visibility = ["//visibility:public"])

cc_library(name = "semihosting", linkopts = [${semihosting.map((option) => `"${option}"`).join(", ")}])

cc_binary(name = "cxx", srcs = ["cxx.cc"], copts = ["-std=c++20"], deps = [":semihosting"])
cc_binary(name = "throws", srcs = ["throws.cc"])
cc_binary(name = "whole", srcs = ["whole.cc", "between.c"], copts = ["-Os"], deps = [":semihosting"])
cc_binary(name = "uncaught", srcs = ["uncaught.cc"], copts = ["-Os"], deps = [":semihosting"])
`,
  "cxx.cc": `
#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

struct Noisy {
  explicit Noisy(const char *name) : name(name) { std::printf("+ %s\\n", name); }
  ~Noisy() { std::printf("- %s\\n", name); }
  const char *name;
};
static Noisy global("global");
struct Shape { virtual ~Shape() = default; virtual double area() const = 0; };
struct Square : Shape { double side; explicit Square(double s) : side(s) {} double area() const override { return side * side; } };
Noisy &local() { static Noisy n("local"); return n; }

int main(int argc, char **argv) {
  std::vector<std::string> words{"pear", "apple", "fig"};
  std::sort(words.begin(), words.end());
  std::map<std::string, int> lengths;
  for (auto &w : words) lengths[w] = static_cast<int>(w.size());
  for (auto &[w, n] : lengths) std::printf("%s %d\\n", w.c_str(), n);
  std::unique_ptr<Shape> shape = std::make_unique<Square>(1.5);
  auto *square = dynamic_cast<Square *>(shape.get());
  std::printf("area %.2f %d\\n", shape->area(), square != nullptr);
  auto shared = std::make_shared<int>(5);
  std::function<int(int)> add = [shared](int x) { return x + *shared; };
  std::variant<int, std::string> v = std::to_string(add(37));
  std::printf("variant %s %zu\\n", std::get<std::string>(v).c_str(), v.index());
  local();
  std::array<int, 4> numbers{1, 2, 3, 4};
  std::span<int> view(numbers);
  return std::accumulate(view.begin(), view.end(), 0);
}
`,
  "throws.cc": "int main(int argc, char **) { if (argc > 1) throw argc; }\n",
  // Of an exception: objects in its way, frames of C in between, what it is caught as, and what comes after.
  "whole.cc": `
#include <iomanip>
#include <iostream>
#include <locale>
#include <map>
#include <memory>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

extern "C" int call_between(int (*function)(int), int argument);

struct Guard {
  explicit Guard(std::string name) : name(std::move(name)) {}
  ~Guard() { std::cout << "leaves " << name << "\\n"; }
  std::string name;
};
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

static int fail(int depth) {
  Guard guard("depth " + std::to_string(depth));
  if (depth == 0) throw Failure("at the bottom");
  return fail(depth - 1) + 1;
}

int main() {
  try {
    call_between(fail, 2);
  } catch (const std::logic_error &) {
    std::cout << "as what it is not\\n";
  } catch (const std::exception &error) {
    std::cout << "caught: " << error.what() << std::endl;
  }
  try {
    try {
      std::map<int, int>().at(3);
    } catch (...) {
      std::throw_with_nested(Failure("outer"));
    }
  } catch (const Failure &failure) {
    try {
      std::rethrow_if_nested(failure);
    } catch (const std::out_of_range &) {
      std::cout << failure.what() << " and inner" << std::endl;
    }
  }
  try {
    std::vector<char> memory(std::size_t(1) << 30);
    std::cout << memory.size() << std::endl;
  } catch (const std::bad_alloc &) {
    std::cout << "no memory\\n";
  }
  std::exception_ptr kept;
  try {
    throw 42;
  } catch (...) {
    kept = std::current_exception();
  }
  try {
    std::rethrow_exception(kept);
  } catch (int number) {
    std::cout << std::hex << std::showbase << number << std::dec << " " << std::setprecision(3) << 2.0 / 3 << "\\n";
  }
  std::istringstream input("7 words 2.5");
  int count = 0;
  std::string noun;
  double weight = 0;
  input >> count >> noun >> weight;
  std::cout << count << " " << noun << " " << weight * 2 << " in " << std::locale().name() << std::endl;
  std::cerr << "to stderr" << std::endl;
  return 9;
}
`,
  "between.c":
    "int call_between(int (*function)(int), int argument) { int result = function(argument); return result + 1; }\n",
  "uncaught.cc": `
#include <cstdio>
#include <cstdlib>
#include <exception>
int main() {
  std::set_terminate([] { std::puts("nobody catches it"); std::_Exit(5); });
  throw 1;
}
`,
};

let bazel: DrivenBazel;

beforeAll(() => {
  const workspace = writeConsumerWorkspace(sources.manifest, { name: "bare-metal-cxx", files });
  bazel = new DrivenBazel({ name: "bare-metal-cxx", workspace });
});

afterAll(() => bazel.shutDown());

declareLeftOut(bare);
for (const { name } of bare.platforms.filter((platform) => !platforms.includes(platform))) declareSkip(name, oneWillDo);

for (const platform of platforms) describe(platform.name, () => testPlatform(platform));

function testPlatform(platform: Platform): void {
  const options = [`--platforms=@xllvm//platforms:${platform.name}`];
  let file = "";
  beforeAll(async () => {
    const { outputs } = await bazel.build([...options, "//:cxx"]);
    file = outputs.get("//:cxx")![0]!;
  });

  itWhere(findRunner(platform))("runs a program with containers, virtual functions and objects", async () => {
    const run = await runProgram(findRunner(platform), file);
    expect(run).toEqual({
      stdout: [
        "+ global",
        "apple 5",
        "fig 3",
        "pear 4",
        "area 2.25 1",
        "variant 42 1",
        "+ local",
        "- local",
        "- global",
        "",
      ].join("\n"),
      stderr: "",
      status: 10,
      signal: null,
    });
  });

  itWhere(findRunner(platform))("is the same toolchain outside Bazel: a program of its crossenv", async () => {
    const { folder } = builtCrossenv(await bazel.build([...options, "@xllvm//:crossenv"]));
    const compiler = join(folder, "bin", `${platform.target.triple.replace("-unknown", "")}-g++`);
    const program = join(scratchRoot, "workspaces/bare-metal-cxx/outside.elf");
    const compiled = await runCommand(
      compiler,
      ["-std=c++20", "-Os", join(scratchRoot, "workspaces/bare-metal-cxx/cxx.cc"), ...semihosting, "-o", program],
      {},
    );
    expect(compiled).toMatchObject({ stderr: "", status: 0 });
    expect(await runProgram(findRunner(platform), program)).toMatchObject({ status: 10, stderr: "" });
  });

  if (isWhole(platform)) return testWhole(platform, options);

  it("has no exceptions, and says so", async () => {
    const { stderr } = await bazel.tryBuild([...options, "//:throws"]);
    expect(stderr).toContain("cannot use 'throw' with exceptions disabled");
  });
}

function testWhole(platform: Platform, options: readonly string[]): void {
  const runner = findRunner(platform);
  let fileOf: (name: string) => string;
  beforeAll(async () => {
    const { outputs } = await bazel.build([...options, "//:whole", "//:uncaught"]);
    fileOf = (name) => outputs.get(`//:${name}`)![0]!;
  });

  itWhere(runner)("throws and catches, also through C, and has streams and locales", async () => {
    const run = await runProgram(runner, fileOf("whole"));
    expect({ ...run, stdout: run.stdout.replace("to stderr\n", "") }).toEqual({
      stdout: [
        "leaves depth 0",
        "leaves depth 1",
        "leaves depth 2",
        "caught: at the bottom",
        "outer and inner",
        "no memory",
        "0x2a 0.667",
        "7 words 5 in C",
        "",
      ].join("\n"),
      stderr: "",
      status: 9,
      signal: null,
    });
  });

  itWhere(runner)("ends where an exception is caught by nobody", async () => {
    expect(await runProgram(runner, fileOf("uncaught"))).toMatchObject({ stdout: "nobody catches it\n", status: 5 });
  });
}
