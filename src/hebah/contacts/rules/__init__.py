"""What an imported file says about people: which column means what, what a row is, how two records become one."""
