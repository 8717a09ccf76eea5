import { files, programs, sourceText } from "./programs";

describe.each(programs)("$name", (program) => {
  it("has targets that are in the workspace", () => {
    for (const target of Object.values(program.targets))
      expect(files["BUILD.bazel"]).toContain(`name = "${target.replace("//:", "")}"`);
  });

  it("prints another text after an edit", () => expect(sourceText(program, 1)).not.toBe(sourceText(program, 0)));

  it("has the same code after an edit of a comment", () => {
    const [before, after] = [sourceText(program, 3, 0), sourceText(program, 3, 1)];
    expect(after).not.toBe(before);
    expect(after.replaceAll(/^\/\/.*\n/gm, "")).toBe(before);
  });
});
