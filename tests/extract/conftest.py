"""Servers for the tests of this folder."""

from tests.extract.standin import new_server, shared_server, shared_server_options, stand_in_repository

__all__ = ["new_server", "shared_server", "shared_server_options", "stand_in_repository"]
