"""Tagging on many machines: contract 1's files in pieces, each piece's tags whole or not there, on any address that fsspec knows."""
