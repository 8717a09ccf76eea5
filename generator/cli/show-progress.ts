import type { Io } from "./io";

/** Tells a person at a terminal that something is going on, once it has taken half a second; to others it says nothing. */
export function showProgress(io: Io, what: string): { end(): void } {
  if (!io.isTerminal) return { end: () => undefined };
  const start = Date.now();
  const timer = setInterval(() => io.stderr(`\r${what} … ${((Date.now() - start) / 1000).toFixed(0)} s`), 500);
  return {
    end() {
      clearInterval(timer);
      // Erases the line.
      io.stderr("\r\u001b[K");
    },
  };
}
