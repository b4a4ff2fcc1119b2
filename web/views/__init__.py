"""One blueprint per family of screens. A view asks the engine, puts the answer into a page, and decides nothing itself."""
