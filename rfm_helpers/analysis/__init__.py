"""Calculations: data frames in, data frames out; nothing is changed, nothing printed."""
