import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { askMakefile, writeDriver } from "../../generator/import/make/ask-makefile";
import { withConfigure, type ConfiguredMake, type MakeProject } from "../../generator/import/make/configure-make";
import { findConfigureTools } from "../../generator/import/make/make-tools";
import { observeReads } from "../../generator/import/observe-reads";
import { sourceTreeOf, type SourceTree } from "../../generator/import/source-tree";
import { scratchRoot } from "../harness/consumer-workspace";
import { itUnless } from "../harness/declare-skip";
import { findProgram } from "../harness/find-bazel";
import { loadSources, llvmMajor } from "../harness/target-rows";

/** A project as musl's is: a `configure` that asks the compiler, and a makefile outside of the build folder. */
const files = {
  "lib/configure": `for argument; do case $argument in CC=*) CC=\${argument#CC=} ;; --name=*) name=\${argument#--name=} ;; esac; done
test "$name" || { echo "configure: error: there is no name" >&2; exit 1; }
src=$(dirname "$0")
echo "#ifndef __aarch64__
#error
#endif" > conftest.c
$CC -c -o /dev/null conftest.c 2>/dev/null && arm=arm.c
printf 'CC = %s\\nCFLAGS = %s\\nARM = %s\\nsrc = %s\\ninclude $(src)/rules.mk\\n' "$CC" "$CFLAGS" "$arm" "$src" > Makefile
`,
  "lib/rules.mk": `NAME = sample
all: lib$(NAME).a
OBJS = $(patsubst %.c,%.o,a.c $(ARM))
a.o: CFLAGS += -DA='"a b"'
%.o: $(src)/%.c
	$(CC) $(CFLAGS) -I$(src)/include -I. -c -o $@ $<
libsample.a: $(OBJS)
	rm -f $@
	ar rc $@ \\
	  $(OBJS)
`,
  "lib/unread.txt": "",
  "lib/a.c": "",
  "lib/arm.c": "",
};

const { PATH: path = "", XLLVM_LLVM_ROOT: llvmRoot = "" } = process.env;
const project = (triple: string, ...settings: string[]): MakeProject => ({
  folder: "lib",
  triple,
  flags: ["-fPIE"],
  settings: ["--name=sample", ...settings],
});

async function asking<Result>(
  tree: SourceTree,
  { settings, ...others }: MakeProject,
  use: (build: ConfiguredMake) => Promise<Result>,
): Promise<Result> {
  const tools = await findConfigureTools({ path, llvmRoot }, "4.0", llvmMajor(loadSources().manifest));
  return withConfigure(
    tree,
    () => true,
    tools,
    async (configure) => use(await configure({ ...others, settings })),
  );
}

const lacking = ["make"].filter((program) => findProgram(program) === undefined);
const itAsks = itUnless(lacking.length === 0 ? undefined : `${lacking.join(" and ")} not on PATH`);

describe("a project with a configure and makefiles, asked what it compiles", () => {
  itAsks("where the compiler takes the dynamic loader to be, for triples that have one", async () => {
    const loader = (triple: string) => asking(sourceTreeOf(files), project(triple), (build) => build.interpreter());
    expect(await loader("aarch64-linux-musl")).toBe("/lib/ld-musl-aarch64.so.1");
    expect(await loader("aarch64-unknown-none-elf")).toBeUndefined();
  });

  itAsks("what the compiler answers for the triple decides; nothing is built", async () => {
    const found = (triple: string) =>
      asking(sourceTreeOf(files), project(triple), async (build) => {
        const commands = await build.dryRun("all");
        const { NAME, OBJS } = await build.variables(["NAME", "OBJS"]);
        return {
          compiled: commands.flatMap((command) => build.compilationOf(command) ?? []),
          others: commands.filter((command) => build.compilationOf(command) === undefined).map(({ words }) => words),
          variables: { NAME, OBJS },
          makefile: build.read("Makefile").includes("include"),
        };
      });
    const a = { object: "a.o", source: "lib/a.c", isGenerated: false, flags: ['-DA="a b"'], include: ["lib/include"] };
    expect(await found("aarch64-linux-musl")).toEqual({
      compiled: [a, { ...a, object: "arm.o", source: "lib/arm.c", flags: [] }],
      others: [
        ["rm", "-f", "libsample.a"],
        ["ar", "rc", "libsample.a", "a.o", "arm.o"],
      ],
      variables: { NAME: ["sample"], OBJS: ["a.o", "arm.o"] },
      makefile: true,
    });
    expect(await found("x86_64-linux-musl")).toMatchObject({ compiled: [a], variables: { OBJS: ["a.o"] } });
  });

  itAsks("configure and makefiles count as read, and nothing else", async () => {
    const digestOf = async (changes: Readonly<Record<string, string>>): Promise<string> => {
      const observed = observeReads(sourceTreeOf({ ...files, ...changes }));
      await asking(observed.tree, project("aarch64-linux-musl"), () => Promise.resolve());
      return observed.digest();
    };
    const before = await digestOf({});
    expect(await digestOf({ "lib/unread.txt": "changed" })).toBe(before);
    expect(await digestOf({ "lib/configure": `${files["lib/configure"]}# changed\n` })).not.toBe(before);
    expect(await digestOf({ "lib/rules.mk": `${files["lib/rules.mk"]}# changed\n` })).not.toBe(before);
  });

  itAsks("flags of the environment do not reach it, and no folder is left", async () => {
    const temporary = join(scratchRoot, "make-temporary");
    mkdirSync(temporary, { recursive: true });
    const before = { ...process.env };
    Object.assign(process.env, { CFLAGS: "-DX", MAKEFLAGS: "-k NAME=other", TMPDIR: temporary });
    try {
      const told = await asking(sourceTreeOf(files), project("aarch64-linux-musl"), async (build) => [
        (await build.dryRun("all")).flatMap(({ words }) => words),
        (await build.variables(["NAME"])).NAME,
      ]);
      expect(told[0]).not.toContain("-DX");
      expect(told[1]).toEqual(["sample"]);
    } finally {
      process.env = before;
    }
    expect(readdirSync(temporary)).toEqual([]);
  });

  const refusals: readonly [string, Readonly<Record<string, string>>, readonly string[], RegExp][] = [
    [
      "configure",
      {},
      ["--name="],
      /^sh failed for aarch64-linux-musl, and ended with:\nconfigure: error: there is no name\nit was run as: sh .*\/lib\/configure /,
    ],
    [
      "make",
      { "lib/rules.mk": "all: missing.o\n" },
      [],
      /make failed for aarch64-linux-musl, and ended with:\n[^]*No rule to make target 'missing\.o'[^]*\nit was run as: .*make --no-print-directory --dry-run all$/,
    ],
  ];
  for (const [program, changes, settings, message] of refusals) {
    itAsks(`what ${program} says against it is told`, async () => {
      const tree = sourceTreeOf({ ...files, ...changes });
      const asked = asking(tree, project("aarch64-linux-musl", ...settings), (build) => build.dryRun("all"));
      await expect(asked).rejects.toThrow(message);
    });
  }

  itAsks(
    "a makefile that is read and not obeyed: variables and rules, while what it includes is not there",
    async () => {
      const text = `include made.mk
VALUE = $(subst a,b,$(GIVEN))
made.mk: ; touch made.mk
all: a.o; touch all
%.o: %.c; touch $@
x.o y.o: %.o: %.h
`;
      const place = join(scratchRoot, "ask-makefile");
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, "Makefile"), text);
      const tools = await findConfigureTools({ path, llvmRoot }, "4.0", llvmMajor(loadSources().manifest));
      const question = { folder: place, given: { GIVEN: "a" }, names: ["VAL%"], rules: true, what: "sample" };
      const { variables, rules, makefiles } = await askMakefile(tools, writeDriver(place), question);
      expect(variables.get("VALUE")).toBe("b");
      expect([rules.get("all"), rules.get("x.o")]).toEqual([["a.o"], ["x.h"]]);
      expect(makefiles).toContain(join(place, "Makefile"));
      expect(readdirSync(place).sort()).toEqual(["Makefile", "gen-bzl.mk"]);
      writeFileSync(join(place, "Makefile"), "$(error The moon is not full)\n");
      await expect(askMakefile(tools, writeDriver(place), question)).rejects.toThrow(/The moon is not full/);
    },
  );
});
