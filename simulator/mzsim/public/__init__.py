"""The public API, as `import mzsim` gives it: answers without files or a shell. What `mzsim` does not name is private."""
