/** The cache and the other things that all scopes of one run share. */
export class CMakeCache {
  readonly entries = new Map<string, string>();
}

/** Variables of one function call or folder; what is not set here is looked up in the caller's scope, last in the cache. */
export class CMakeScope {
  private readonly values = new Map<string, string | undefined>();

  constructor(
    readonly cache: CMakeCache,
    readonly parent?: CMakeScope,
  ) {}

  /** The value of `name`; undefined when it is not set. */
  get(name: string): string | undefined {
    return this.normal(name) ?? this.cache.entries.get(name);
  }

  /** Whether `name` is set other than in the cache. */
  hasNormal(name: string): boolean {
    return this.normal(name) !== undefined;
  }

  /** Sets `name` here; undefined unsets it here and hides the callers' values. */
  set(name: string, value: string | undefined): void {
    this.values.set(name, value);
  }

  private normal(name: string): string | undefined {
    if (this.values.has(name)) return this.values.get(name);
    return this.parent?.normal(name);
  }
}
