"""Which platforms are macOS, one for each CPU."""

load("//toolchains:defaults.bzl", "DEFAULTS")

visibility("//bzlmod/macos")

MACOS_PLATFORMS = [
    Label("//platforms:" + name)
    for name, constraints in DEFAULTS.items()
    if "@platforms//os:macos" in constraints
]
