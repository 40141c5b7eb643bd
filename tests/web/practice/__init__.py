"""Tests of 练习."""
