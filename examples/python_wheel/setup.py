from setuptools import Extension, setup

setup(
    name="romans",
    version="1.0",
    ext_modules=[
        Extension(
            "romans",
            ["romans.cc"],
            # Python's stable ABI: one wheel for every Python from 3.9 on, and no header of it that differs between CPUs.
            define_macros=[("Py_LIMITED_API", "0x03090000")],
            py_limited_api=True,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp39"}},
)
