"""The folder that holds a target's products, `lib/…` and `resource/…`."""

visibility("//bzlmod/...")

def tree_of(products):
    """Returns the path of the folder, relative to the execution root.

    Args:
      products: List of Files that rules of one target's package have made, in one configuration. Fails where they are not.
    """
    trees = {
        "/".join([part for part in [file.root.path, file.owner.workspace_root, file.owner.package] if part]): None
        for file in products
    }
    if len(trees) != 1:
        fail("a target's products lie in one folder; these are in {}.".format(", ".join(trees)))
    return trees.keys()[0]
