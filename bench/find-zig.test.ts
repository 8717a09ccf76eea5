import { readZigEnvironment } from "./find-zig";

describe("readZigEnvironment", () => {
  const zig = { program: "/opt/zig/zig", folder: "/opt/zig", version: "1.2.3" };

  it.each([
    ["JSON", '{\n "zig_exe": "/opt/zig/zig",\n "lib_dir": "/opt/zig/lib",\n "version": "1.2.3"\n}\n'],
    ["ZON", '.{\n    .zig_exe = "/opt/zig/zig",\n    .lib_dir = "lib",\n    .version = "1.2.3",\n}\n'],
  ])("finds the program in %s", (_, printed) => expect(readZigEnvironment(printed)).toEqual(zig));

  it("takes paths as they are quoted", () =>
    expect(readZigEnvironment('{"zig_exe": "C:\\\\zig\\\\zig.exe", "version": "1"}')?.program).toBe(
      "C:\\zig\\zig.exe",
    ));

  it("knows what is no zig", () => expect(readZigEnvironment("usage: something else\n")).toBeUndefined());
});
