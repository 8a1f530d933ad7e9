"""The commands of `ainews`, by what they are for; each loads settings, calls one function and prints."""
