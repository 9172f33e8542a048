"""Friendly names for those who have not told theirs: a colour and an animal, the same ones for the same contact."""

COLOURS = (
    "Amber", "Azure", "Beige", "Blue", "Bronze", "Cherry", "Copper", "Coral", "Cream", "Crimson", "Emerald", "Golden",
    "Green", "Indigo", "Ivory", "Jade", "Khaki", "Lavender", "Lemon", "Lilac", "Lime", "Maroon", "Mint", "Olive", "Orange",
    "Peach", "Pearl", "Pink", "Plum", "Purple", "Ruby", "Rust", "Saffron", "Sandy", "Scarlet", "Silver", "Teal", "Turquoise",
    "Violet", "White",
)  # fmt: skip
ANIMALS = (
    "Badger", "Bear", "Beaver", "Bison", "Caribou", "Cat", "Crane", "Deer", "Dolphin", "Eagle", "Falcon", "Ferret", "Finch",
    "Fox", "Hare", "Hawk", "Hedgehog", "Heron", "Horse", "Ibis", "Jay", "Koala", "Lark", "Lemur", "Lion", "Lynx", "Marten",
    "Mole", "Moose", "Otter", "Owl", "Panda", "Penguin", "Puffin", "Raven", "Robin", "Seal", "Sparrow", "Squirrel", "Stork",
    "Swan", "Tiger", "Turtle", "Whale", "Wolf", "Wren", "Zebra",
)  # fmt: skip


def friendly_name(id: int) -> str:
    """Return a name like `Ivory Caribou`. 40 and 47 share no factor, so 1,880 ids pass before one repeats."""
    return f"{COLOURS[id % len(COLOURS)]} {ANIMALS[id % len(ANIMALS)]}"
