"""Micro-architectures: what the CPU of a platform has beyond the oldest one of its architecture.

A platform asks for one by a constraint value of //constraints/micro_architecture; no toolchain names them, so that one
serves them all. docs/micro-architectures.md tells how they are used.
"""

load("//toolchains:micro_architectures.bzl", "MICRO_ARCHITECTURES")

visibility("//bzlmod/...")

def micro_architectures(cpu):
    """Returns the names of the micro-architectures of a CPU."""
    return MICRO_ARCHITECTURES.get(cpu, {}).keys()

def by_micro_architecture(machine, choose):
    """A value that depends on the micro-architecture that the platform asks for.

    Args:
      machine: A struct of cpu (this module's name of it) and platform (its name, for messages).
      choose: Function: name of a micro-architecture, or None for the oldest CPU of the architecture → value.

    Returns:
      A select().
    """
    known = micro_architectures(machine.cpu)
    return select({
        "//constraints/micro_architecture:default": choose(None),
    } | {
        "//constraints/micro_architecture:" + name: choose(name)
        for name in known
    }, no_match_error = "{}: no CPU of this platform is of the micro-architecture that is asked for. {}.".format(
        machine.platform,
        "Those of {} are {}".format(machine.cpu, ", ".join(known)) if known else "For {} there is none but the default".format(machine.cpu),
    ))

def with_micro_architecture(name, micro_architecture):
    """Returns the name of a target that is made for each micro-architecture, at one of them; None: for the oldest CPU."""
    return "{}.{}".format(name, micro_architecture) if micro_architecture else name

def machine_flags(machine):
    """Returns the flags of every compilation and link for the platform's micro-architecture, as a select().

    Args:
      machine: As above.
    """
    return by_micro_architecture(machine, lambda wanted: MICRO_ARCHITECTURES[machine.cpu][wanted] if wanted else [])
