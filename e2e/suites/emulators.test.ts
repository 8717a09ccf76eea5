import { choosePlatforms, declareLeftOut, thatFit } from "../harness/choose-platforms";
import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { itUnless } from "../harness/declare-skip";
import { DrivenBazel } from "../harness/drive-bazel";
import { findRunner, itWhere, runProgram } from "../harness/run-program";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";

const sources = loadSources();

/**
 * The CPUs that `younger.c` has an instruction for, by musl's platforms, whose programs are complete in themselves. amd64 is run by
 * emulators on few machines; of LoongArch qemu knows no older CPU, and of s390x it runs all instructions on each.
 */
const covered = (platform: Platform): boolean =>
  platform.system.libc === "musl" && !["amd64", "loongarch64", "s390x"].includes(platform.architecture.name);
const chosen = thatFit(choosePlatforms(listPlatforms(sources)), covered);

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary")
cc_binary(name = "older", srcs = ["older.c"], features = ["-cxx"])
cc_binary(name = "younger", srcs = ["younger.c"], features = ["-cxx"])
`,
  "older.c": "int main(void) { return 5; }\n",
  // Encodings, for the assembler refuses what the target's CPU lacks.
  "younger.c": `
int main(void) {
#if defined __aarch64__
    __asm__ volatile(".inst 0xd500401f"); /* cfinv, of ARMv8.4 */
#elif defined __arm__
    __asm__ volatile(".inst 0xe3000000" ::: "r0"); /* movw r0, #0, of ARMv6T2, as ARMv7 code has it everywhere */
    __asm__ volatile(".inst 0xe730f010" ::: "r0"); /* sdiv r0, r0, r0, of ARMv7VE */
#elif defined __i386__
    __asm__ volatile("pshufb %xmm0, %xmm0"); /* SSSE3 */
#elif defined __riscv
    __asm__ volatile(".word 0x40a57533" ::: "a0"); /* andn a0, a0, a0, of Zbb */
#elif defined __powerpc64__
    __asm__ volatile(".long 0x7c631e12" ::: "r3"); /* modsd r3, r3, r3, of POWER9 */
#elif defined __powerpc__
    __asm__ volatile(".long 0x100004c4"); /* vxor v0, v0, v0, of AltiVec */
#elif defined __mips__
    __asm__ volatile(".word 0x00621035" ::: "$2"); /* seleqz $2, $3, $2, of release 6 */
#else
#error "an instruction is missing here that the oldest CPU of the target lacks"
#endif
    return 5;
}
`,
};

let bazel: DrivenBazel;

beforeAll(() => {
  bazel = new DrivenBazel({
    name: "emulators",
    workspace: writeConsumerWorkspace(sources.manifest, { name: "emulators", files }),
  });
});

afterAll(() => bazel.shutDown());

declareLeftOut(chosen);

// Without it, an emulator knows all that any CPU knows, and code that is too young for the target would pass every test.
describe("the emulator is the oldest CPU of the row", () => {
  for (const platform of chosen.platforms) {
    const runner = findRunner(platform);
    const isNative = "prefix" in runner && runner.prefix.length === 0;
    (isNative ? itUnless("this machine is of that CPU") : itWhere(runner))(
      `${platform.name}: an instruction of a younger one ends a program, run`,
      async () => {
        const { outputs } = await bazel.build([
          `--platforms=@xllvm//platforms:${platform.name}`,
          "//:older",
          "//:younger",
        ]);
        expect(await runProgram(runner, outputs.get("//:older")?.[0] ?? "")).toMatchObject({ status: 5, signal: null });
        expect(await runProgram(runner, outputs.get("//:younger")?.[0] ?? "")).toMatchObject({
          status: null,
          signal: "SIGILL",
        });
      },
    );
  }
});
