"""Which of the compiler's own headers a runtime can include, by the CPU that it is for.

clang brings the intrinsics of every CPU that it knows, and wrappers for GPUs: three quarters of its headers are another
CPU's, and refuse to be compiled for this one.
"""

visibility("//bzlmod/runtimes")

# Beginning of a triple → CPU.
_CPUS = {
    "aarch64": "arm",
    "arm": "arm",
    "i386": "x86",
    "i686": "x86",
    "loongarch": "loongarch",
    "mips": "mips",
    "powerpc": "powerpc",
    "riscv": "riscv",
    "s390x": "s390",
    "thumb": "arm",
    "wasm": "wasm",
    "x86_64": "x86",
}

# CPU → paths of its headers, with `*` at one end. A header that is here for no CPU is for all of them.
_HEADERS = {
    "arm": ["arm_*", "arm64intr.h", "armintr.h"],
    "gpu": [
        "__clang_*",
        "amdgpuintrin.h",
        "cuda_wrappers/*",
        "gpuintrin.h",
        "hlsl*",
        "llvm_libc_wrappers/*",
        "llvm_offload_wrappers/*",
        "nvptxintrin.h",
        "opencl-c*",
        "openmp_wrappers/*",
        "spirvintrin.h",
    ],
    "hexagon": ["hexagon_*", "hvx_*"],
    "loongarch": ["larchintrin.h", "lasxintrin.h", "lsxintrin.h"],
    "mips": ["msa.h"],
    "powerpc": ["altivec.h", "amo.h", "htmintrin.h", "htmxlintrin.h", "ppc_wrappers/*"],
    "riscv": ["andes_vector.h", "riscv_*", "sifive_vector.h"],
    "s390": ["htmintrin.h", "htmxlintrin.h", "s390intrin.h", "vecintrin.h", "zos_wrappers/*"],
    "ve": ["velintrin*"],
    "wasm": ["wasm_simd128.h"],
    "x86": ["*intrin.h", "__wmmintrin_*", "cet.h", "cpuid.h", "mm3dnow.h", "mm_malloc.h"],
}

# What assembly includes of them: cet.h by ``__CET__``, others are C alone.
_FOR_ASSEMBLY = ["cet.h"]

def _matches(path, pattern):
    if pattern.endswith("*"):
        return path.startswith(pattern[:-1])
    if pattern.startswith("*"):
        return path.endswith(pattern[1:])
    return path == pattern

def _cpus_of(path):
    return [cpu for cpu, patterns in _HEADERS.items() if [pattern for pattern in patterns if _matches(path, pattern)]]

def compiler_headers(seed, target):
    """Returns the compiler's own headers that sources for a target can include.

    Args:
      seed: A SeedInfo.
      target: LLVM target triple. For a CPU that is not known here it is all headers.

    Returns:
      A struct of two depsets:
        assembly: Of preprocessed assembly.
        c: Of C and C++.
    """
    cpus = [cpu for begin, cpu in _CPUS.items() if target.startswith(begin)]
    if not cpus:
        return struct(assembly = seed.resource_headers, c = seed.resource_headers)
    folder = seed.resource_directory + "/include/"
    taken = []
    for file in seed.resource_headers.to_list():
        of = _cpus_of(file.path.removeprefix(folder))
        if not of or cpus[0] in of:
            taken.append(file)
    return struct(assembly = depset([file for file in taken if file.path.removeprefix(folder) in _FOR_ASSEMBLY]), c = depset(taken))
