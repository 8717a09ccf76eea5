/** What docs/bare-metal.md has programs say that reach an emulator or a debugger. */
export const semihosting: readonly string[] = ["-lcrt0-semihost", "-lsemihost"];
