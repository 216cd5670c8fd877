"""Errors of the core: the caller gave something impossible.

AiopsError
  ShapeError        an array or a record has other columns than asked for
  ConfigError       a configuration value is out of its range
  CheckpointError   a stored state is of another version, or damaged
  ModelError        a stored model is damaged, or looks at other features
  CommandError      an act of a person may not be done
  ReportError       something a sender sent cannot be read (also a ValueError)
"""

from __future__ import annotations


class AiopsError(Exception):
    """Base of all errors the core raises."""


class ShapeError(AiopsError):
    """An array or a record has other columns than asked for."""


class ConfigError(AiopsError):
    """A configuration value is out of its range."""


class CheckpointError(AiopsError):
    """A stored state is of another version, or damaged."""


class ModelError(AiopsError):
    """A stored model is damaged, or looks at other features than are asked."""


class CommandError(AiopsError):
    """An act of a person may not be done; the message says why."""


class ReportError(AiopsError, ValueError):
    """Something a sender sent cannot be read; the message says what to send instead."""
