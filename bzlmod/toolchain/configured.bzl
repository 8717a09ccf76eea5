"""The target platform's C++ toolchain, for rules of ours that use it as cc_* rules do."""

load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain")
load("@rules_cc//cc/common:cc_common.bzl", "cc_common")

visibility("//bzlmod/...")

def configured_toolchain(ctx):
    """Finds the toolchain, with the features that the target, its package and the command line ask for.

    Args:
      ctx: The context of a rule with `toolchains = use_cc_toolchain()` and `fragments = ["cpp"]`.

    Returns:
      A pair: the CcToolchainInfo, and the feature configuration.
    """
    cc_toolchain = find_cc_toolchain(ctx)
    return cc_toolchain, cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = cc_toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
