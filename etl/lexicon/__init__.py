"""Seeds in, a validated lexicon out: what contradicts itself stops the load with file, entry and remedy."""
