"""Append-only proof: canonical bytes, a Merkle tree and its proofs. Pure; usable alone."""
