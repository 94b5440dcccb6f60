"""Where the people of a list live, by the words of their addresses."""
