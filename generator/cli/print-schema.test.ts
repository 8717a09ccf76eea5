import { runIn } from "../testing/run-in";

test("the tables", async () => {
  expect(await runIn("/", ["schema"])).toEqual({
    exitCode: 0,
    stdout: "module\nruntime\narchitectures\nmicro-architectures\nfeatures\nsystems\ntargets\nllvm\nhosts\narchives\n",
    stderr: "",
  });
});

test("one table", async () => {
  const { exitCode, stdout } = await runIn("/", ["schema", "targets"]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ type: "array", items: { required: ["architecture", "system"] } });
});

test("an unknown table: exit code 2", async () => {
  expect(await runIn("/", ["schema", "target"])).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: "there is no table target\n    mend: write targets\n",
  });
});
