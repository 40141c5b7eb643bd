"""Tests of 统一口径."""
