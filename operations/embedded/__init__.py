"""Servers from PyPI wheels or Maven jars instead of an installation: for a first look, development and tests."""
