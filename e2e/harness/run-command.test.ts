import { outputOf, runCommand, runCommandSync } from "./run-command";

const node = (program: string): [string, string[]] => [process.execPath, ["-e", program]];
/** Prints, and then goes on for as long as it is let. */
const hangs = 'console.log("began"); setInterval(() => {}, 1000);';
/** A child that holds the pipes open after its parent has been ended. */
const leavesChild = `require("node:child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 8000)"], { stdio: "inherit" }); ${hangs}`;

describe.each([
  ["runCommand", runCommand],
  [
    "runCommandSync",
    (...args: Parameters<typeof runCommandSync>) => Promise.resolve().then(() => runCommandSync(...args)),
  ],
])("%s", (_, run) => {
  it("returns what a process printed, and how it ended, in the environment that it was given", async () => {
    const program =
      'process.stdin.on("data", (text) => console.log(`${text} ${process.env.NAME} ${process.env.PATH}`)).on("end", () => { console.error("bad"); process.exitCode = 3; })';
    expect(await run(...node(program), { input: "text", environment: { NAME: "value" } })).toEqual({
      stdout: "text value undefined\n",
      stderr: "bad\n",
      status: 3,
      signal: null,
    });
  });

  it("returns the signal that ended it", async () => {
    expect(await run(...node("process.kill(process.pid)"))).toMatchObject({ status: null, signal: "SIGTERM" });
  });

  it.each([
    ["hangs", hangs],
    ["leaves a child behind that does", leavesChild],
  ])("ends a process that %s, and tells what it printed", async (_, program) => {
    const begin = Date.now();
    await expect(run(...node(program), { timeout: 1500 })).rejects.toThrow(
      /did not end within 1\.5 s; until then it printed:\nbegan\n/,
    );
    expect(Date.now() - begin).toBeLessThan(6000);
  });

  it("fails where there is no such program", () => expect(run("no-such-program", [])).rejects.toThrow("ENOENT"));
});

test("runCommand lets a process end by itself that is asked to", async () => {
  const program =
    'process.on("SIGINT", () => { console.log("asked"); process.exit(0); }); console.log("began"); setInterval(() => {}, 1000);';
  await expect(runCommand(...node(program), { timeout: 1500, ending: "SIGINT" })).rejects.toThrow(
    /printed:\nbegan\nasked\n/,
  );
});

describe("outputOf", () => {
  it("returns what a process printed", () => expect(outputOf(...node('console.log("text")'))).toBe("text\n"));
  it("throws with it when the process fails", () =>
    expect(() => outputOf(...node('console.log("text"); process.exitCode = 3'))).toThrow(/ended with 3\ntext\n/));
});
