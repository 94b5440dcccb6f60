"""IVR flows as values: their steps, what may be written in them, and whether a flow as a whole makes sense."""
