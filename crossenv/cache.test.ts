import { blameDisk, locateCache } from "./cache";
import type { Io } from "./io";

const io: Io = {
  cwd: "/",
  environment: { XDG_CACHE_HOME: "/home/me/caches" },
  host: "Linux-x86_64",
  home: "/home/me",
  stdout: () => undefined,
  stderr: () => undefined,
};
const failing = (code: string): Error => Object.assign(new Error(`${code}: as the system says it`), { code });

test.each([
  [{ XLLVM_CROSSENV_CACHE: "/elsewhere", XDG_CACHE_HOME: "/home/me/caches" }, "/elsewhere"],
  [{ XDG_CACHE_HOME: "/home/me/caches" }, "/home/me/caches/bazel-crossenv"],
  [{}, "/home/me/.cache/bazel-crossenv"],
])("%j: the cache is %s", (environment, root) => {
  const cache = locateCache({ ...io, environment });
  expect(cache.root).toBe(root);
  expect(cache.folder).toMatch(new RegExp(`^${root}/[0-9.]+-Linux-x86_64$`));
});

test.each(["ENOSPC", "EDQUOT"])("%s: the disk is full", (code) => {
  expect(blameDisk(failing(code), locateCache(io))).toMatchObject({
    message:
      "the disk of the cache /home/me/caches/bazel-crossenv is full; nothing incomplete was kept there\n    mend: make room, or name another folder with XLLVM_CROSSENV_CACHE",
    exitCode: 2,
  });
});

test.each(["EROFS", "EACCES", "EPERM"])("%s: the cache cannot be written", (code) => {
  expect(blameDisk(failing(code), locateCache(io))).toMatchObject({
    message: `the cache /home/me/caches/bazel-crossenv cannot be written: ${code}: as the system says it\n    mend: make it writable, or name another folder with XLLVM_CROSSENV_CACHE`,
    exitCode: 2,
  });
});

test("what is not the disk's fault stays as it is", () => {
  const error = failing("ENOENT");
  expect(blameDisk(error, locateCache(io))).toBe(error);
});
