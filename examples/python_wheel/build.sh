#!/bin/sh
# Builds the wheel for a target: ./build.sh aarch64-linux-gnu.2.28
set -eu
cd "$(dirname "$0")"
target=$1
crossenv=${BAZEL_CROSSENV:-../../crossenv/bin/bazel-crossenv}
variables=$("$crossenv" env --target "$target")
eval "$variables"

# The wheel's tag: for glibc its version, 2.31 where none is named; for musl that of its ABI.
version=${target##*gnu}
version=${version#.}
case $target in
  *musl*) tag=musllinux_1_2 ;;
  *) tag=manylinux_$(printf %s "${version:-2.31}" | tr . _) ;;
esac
tag=${tag}_${target%%-*}

# musl's name is that of its file, libc.so, and a musllinux wheel may need it by Alpine's name alone. The interpreter has loaded it anyway.
libc=
case $target in *musl*) libc=-nolibc ;; esac

# What setuptools links by, else that of this machine's Python.
export LDSHARED="$CC -shared $libc" LDCXXSHARED="$CXX -shared $libc"
# This machine's Python builds as if it ran on the target.
export _PYTHON_HOST_PLATFORM="linux-${target%%-*}"
exec "${PYTHON:-python3}" -m pip wheel --quiet --no-deps ${PIP_OPTIONS:-} --wheel-dir wheels --config-settings=--build-option=--plat-name="$tag" .
